import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { useRoom } from '../room-context.tsx';

/** Who waits for the floor, in order. */
export function Queue() {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const { queue } = view.floor;
  if (queue.length === 0) return null;
  return (
    <div className="queue">
      <h2 className="queue__title" id="queue-title">
        {t('floor.queue', { count: queue.length })}
      </h2>
      <ol className="queue__list" aria-labelledby="queue-title">
        {queue.map((entry) => {
          const who = person(entry.participant);
          const mine = entry.participant === me;
          return (
            <li
              key={entry.participant}
              className={mine ? 'queue__entry queue__entry--mine' : 'queue__entry'}
              title={entry.preview}
            >
              <span className="queue__position">{entry.position}</span>
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
