import { useTranslation } from 'react-i18next';
import { KindBadge } from '../../shell/speaker.tsx';
import { useRoom } from '../room-context.tsx';

/** Somebody who can be voted for: name, kind, and what it wants to say where it told. */
export function Candidate({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { view, me, person } = useRoom();
  const who = person(id);
  const preview = view.floor.queue.find(({ participant }) => participant === id)?.preview;
  return (
    <span className="candidate">
      <bdi className="candidate__name" dir="auto">
        {who?.displayName ?? t('people.somebody')}
      </bdi>
      {id === me && <span className="person__you">{t('people.you')}</span>}
      <KindBadge kind={who?.kind} />
      {preview !== undefined && (
        <span className="candidate__preview" dir="auto">
          {preview}
        </span>
      )}
    </span>
  );
}
