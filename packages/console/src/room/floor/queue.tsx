import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { useRoom } from '../room-context.tsx';

/** Who waits for the floor, in order. */
export function Queue() {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const { queue } = view.floor;
  // Before a window closes or a vote is counted nobody comes before another.
  const { kind } = view.config.floor.strategy;
  const title = kind === 'bidding' || kind === 'consensus' ? kind : null;
  if (queue.length === 0) return null;
  return (
    <div className="queue">
      <h2 className="queue__title" id="queue-title">
        {title === null ? t('floor.queue', { count: queue.length }) : t(`floor.waitingAs.${title}`)}
      </h2>
      <ol className="queue__list" aria-labelledby="queue-title" tabIndex={queue.length > 1 ? 0 : -1}>
        {queue.map((entry) => {
          const who = person(entry.participant);
          const mine = entry.participant === me;
          return (
            <li
              key={entry.participant}
              className={mine ? 'queue__entry queue__entry--mine' : 'queue__entry'}
              title={entry.preview}
            >
              {title === null && <span className="queue__position">{entry.position}</span>}
              <Icon name={who?.kind === 'human' ? 'human' : 'agent'} />
              <span className="visually-hidden">{t(`kind.${who?.kind ?? 'unknown'}`)}</span>
              <bdi dir="auto">{mine ? t('people.you') : (who?.displayName ?? t('people.somebody'))}</bdi>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
