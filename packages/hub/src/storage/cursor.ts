import { InvalidCursorError } from '../ports/event-log.ts';

/** Where a page of conversations ended: in the order of last change, ties by the order of creation. */
export interface ListPosition {
  readonly changedAt: number;
  readonly no: number;
}

/** Text that callers hand back and never look into. */
export function encodeCursor(position: ListPosition): string {
  return Buffer.from(JSON.stringify([position.changedAt, position.no])).toString('base64url');
}

/** @throws InvalidCursorError for anything that {@link encodeCursor} would not have written. */
export function decodeCursor(text: string): ListPosition {
  const position = text.length <= 64 ? parse(Buffer.from(text, 'base64url').toString()) : null;
  if (position === null || encodeCursor(position) !== text) {
    throw new InvalidCursorError('the cursor is not one that was given with a page');
  }
  return position;
}

function parse(text: string): ListPosition | null {
  const match = /^\[(-?\d{1,16}),(\d{1,16})\]$/.exec(text);
  if (match === null) return null;
  const [changedAt, no] = [Number(match[1]), Number(match[2])];
  return Number.isSafeInteger(changedAt) && Number.isSafeInteger(no) ? { changedAt, no } : null;
}

/** Pages asked for by anybody stay small enough not to hold up appends. */
export const LIST_PAGE_MAX = 1000;

export const pageSize = (limit: number): number => Math.max(1, Math.min(limit, LIST_PAGE_MAX));
