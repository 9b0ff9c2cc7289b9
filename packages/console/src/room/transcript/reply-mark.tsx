import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { useRoom } from '../room-context.tsx';
import { linePath } from '../../shell/router.ts';
import { plainStart } from './plain-text.ts';

const SHOWN_CHARACTERS = 80;

/** What an utterance answers: its speaker and first words, with a way there. */
export function ReplyMark({ to }: { readonly to: number | string }) {
  const { t } = useTranslation();
  const { room } = useRoom();
  const source = room.transcript.find(
    (line) => line.kind === 'utterance' && (line.utterance === to || line.seq === to || line.endedSeq === to),
  );
  if (source?.kind !== 'utterance') return null;
  const seq = source.endedSeq ?? source.seq;
  const words = t('line.replyTo', {
    name: source.displayName,
    text: plainStart(source.text, SHOWN_CHARACTERS),
  });
  return (
    <p className="line__reply">
      <Icon name="reply" />
      {seq === null ? <span>{words}</span> : <a href={linePath(room.id, seq)}>{words}</a>}
    </p>
  );
}
