/** Up to where somebody has read a conversation on this machine. */
export interface ReadMark {
  readonly epoch: string;
  readonly seq: number;
  /** Who that was: what one says oneself is never unread. */
  readonly me: string;
}

const KEY = 'parley.read';
/** Of so many conversations it is remembered; the one that was read longest ago is forgotten first. */
const MARKS_MAX = 200;

type Marks = Readonly<Record<string, ReadMark>>;

const marks = (): Marks => JSON.parse(localStorage.getItem(KEY) ?? '{}') as Marks;

export function readMark(conversation: string): ReadMark | undefined {
  const all = marks();
  return Object.hasOwn(all, conversation) ? all[conversation] : undefined;
}

/** Notes how far somebody has read; going back in a conversation does not make it unread. */
export function markRead(conversation: string, mark: ReadMark): void {
  const { [conversation]: before, ...others } = marks();
  if (before !== undefined && before.epoch === mark.epoch && before.seq > mark.seq) return;
  const kept = [...Object.entries(others), [conversation, mark] as const].slice(-MARKS_MAX);
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
}
