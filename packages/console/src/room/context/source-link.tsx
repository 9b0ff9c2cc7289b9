import { useTranslation } from 'react-i18next';
import { linePath } from '../../shell/router.ts';
import { useRoom } from '../room-context.tsx';

/** Who put it there, with a way to that place in the transcript. */
export function SourceLink({ by, seq }: { readonly by: string | null; readonly seq: number }) {
  const { t } = useTranslation();
  const { room, person } = useRoom();
  const name = person(by)?.displayName ?? t('people.somebody');
  return <a href={linePath(room.id, seq)}>{t('context.source', { name })}</a>;
}
