import { useTranslation } from 'react-i18next';
import { AskedFor, BroughtIn } from '../bring-in/brought-in.tsx';
import { useRoom } from '../room-context.tsx';
import { Person } from './person.tsx';

/** Everybody in the conversation, whoever speaks or waits first. */
export function PeoplePanel() {
  const { t } = useTranslation();
  const { view, isModerator } = useRoom();
  const rank = new Map<string, number>();
  for (const { participant } of view.floor.holders) rank.set(participant, 0);
  for (const { participant, position } of view.floor.queue) rank.set(participant, position);
  const rankOf = (id: string): number => rank.get(id) ?? Number.MAX_SAFE_INTEGER;
  const people = view.participants.toSorted(
    (one, other) => rankOf(one.id) - rankOf(other.id) || one.displayName.localeCompare(other.displayName),
  );
  return (
    <section className="panel" aria-labelledby="people-title">
      <h2 className="panel__title" id="people-title">
        {t('people.title')} <span className="panel__count">{people.length}</span>
      </h2>
      {isModerator && <AskedFor />}
      <ul className="people">
        {people.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </ul>
      {isModerator && <BroughtIn />}
    </section>
  );
}
