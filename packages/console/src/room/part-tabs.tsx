import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shell/icon.tsx';
import { WaitingToComeIn } from './bring-in/waiting-to-come-in.tsx';
import { useRoom } from './room-context.tsx';

/** The parts of a room: what is said, who is there, and what all share. */
export type PartName = 'talk' | 'people' | 'context';

const ICONS = { talk: 'transcript', people: 'people', context: 'context' } as const;

export const partId = (part: PartName): string => `part-${part}`;
export const tabId = (part: PartName): string => `tab-${part}`;

interface PartTabsProps {
  readonly parts: readonly PartName[];
  readonly chosen: PartName;
  readonly onChoose: (part: PartName) => void;
  /** Along the bottom of a telephone, or above the one column beside the talk. */
  readonly look: 'bottom-tabs' | 'side-tabs';
}

/**
 * One tab for each part that shares its place with others. React Aria's tabs bring their panels along; here
 * a part is the same element in every layout, and is a panel only in some of them. Keys as the ARIA practices
 * have them: arrows in reading direction, round at the ends, Home and End; what is reached is chosen.
 */
export function PartTabs({ parts, chosen, onChoose, look }: PartTabsProps) {
  const { t } = useTranslation();
  const { view } = useRoom();
  const words = {
    talk: t('room.talk'),
    people: look === 'side-tabs' ? t('people.title') : t('people.short', { count: view.participants.length }),
    context: t(look === 'side-tabs' ? 'context.title' : 'context.short'),
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const { direction } = getComputedStyle(event.currentTarget);
    const next = partReached(parts, chosen, event.key, direction === 'rtl');
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <div
      role="tablist"
      className={look}
      aria-label={t(look === 'side-tabs' ? 'room.side' : 'room.parts')}
      aria-orientation="horizontal"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {parts.map((part) => (
        <button
          key={part}
          type="button"
          role="tab"
          id={tabId(part)}
          className={`${look}__tab`}
          aria-selected={part === chosen}
          aria-controls={partId(part)}
          tabIndex={part === chosen ? 0 : -1}
          onClick={() => onChoose(part)}
        >
          {look === 'bottom-tabs' && <Icon name={ICONS[part]} />}
          {words[part]}
          {part === 'people' && <WaitingToComeIn />}
        </button>
      ))}
    </div>
  );
}

/** Which part a key leads to from the chosen one; undefined for keys that lead nowhere. */
export function partReached(
  parts: readonly PartName[],
  chosen: PartName,
  key: string,
  rightToLeft: boolean,
): PartName | undefined {
  const at = parts.indexOf(chosen);
  switch (key) {
    case 'ArrowRight':
    case 'ArrowLeft': {
      const step = (key === 'ArrowRight') === rightToLeft ? -1 : 1;
      return parts.at((at + step) % parts.length);
    }
    case 'Home':
      return parts[0];
    case 'End':
      return parts.at(-1);
    default:
      return undefined;
  }
}
