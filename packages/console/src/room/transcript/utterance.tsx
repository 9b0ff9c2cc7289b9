import type { UtteranceLine } from '@parley/client';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { linePath } from '../../shell/router.ts';
import type { Known } from '../room-context.tsx';
import { useRoom } from '../room-context.tsx';
import { KindBadge, Portrait, SpeakerName } from '../../shell/speaker.tsx';
import { lineSeq } from './line-seq.ts';
import { LineMenu } from './line-menu.tsx';
import { Markdown } from './markdown.tsx';
import { Ratings } from './ratings.tsx';
import { ReachMark } from './reach-mark.tsx';
import { Reactions } from './reactions.tsx';
import { ReplyMark } from './reply-mark.tsx';

interface UtteranceProps {
  readonly line: UtteranceLine;
  readonly who: Known | undefined;
  readonly marked: boolean;
  readonly onReply: (seq: number) => void;
}

/** One utterance: always with its speaker's name and kind (HU-3). */
export const Utterance = memo(function Utterance({ line, who, marked, onReply }: UtteranceProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { room, me, person } = useRoom();
  const seq = lineSeq(line);
  const speaking = line.status === 'speaking';
  const classes = [
    'line',
    speaking && 'line--speaking',
    marked && 'line--marked',
    line.participant === me && 'line--mine',
    line.whisperedTo !== null && 'line--whisper',
  ];
  const interrupter = line.interruptedBy === null ? null : person(line.interruptedBy)?.displayName;
  const addressed = line.addressedTo.map((id) => person(id)?.displayName ?? t('people.somebody'));
  return (
    <article className={classes.filter(Boolean).join(' ')} data-seq={seq ?? undefined}>
      <Portrait id={line.participant} name={line.displayName} kind={who?.kind} />
      <div className="line__body">
        <header className="line__head">
          <SpeakerName id={line.participant} name={line.displayName} />
          <KindBadge kind={who?.kind} model={who?.model} />
          {addressed.length > 0 && (
            <span className="line__to">{t('line.to', { names: formats.list(addressed) })}</span>
          )}
          <ReachMark line={line} />
          {seq === null ? (
            <time className="line__time" dateTime={line.at} title={formats.exact(line.at)}>
              {formats.time(line.at)}
            </time>
          ) : (
            <a className="line__time" href={linePath(room.id, seq)} title={formats.exact(line.at)}>
              <time dateTime={line.at}>{formats.time(line.at)}</time>
              <span className="visually-hidden">{t('line.permalink', { line: seq })}</span>
            </a>
          )}
        </header>
        {line.inReplyTo !== null && <ReplyMark to={line.inReplyTo} />}
        <Markdown text={line.text} />
        {speaking && (
          <p className="line__live">
            <span className="line__pulse" aria-hidden="true" />
            {t('line.speaking')}
          </p>
        )}
        {line.interrupted && (
          <p className="line__interrupted">
            {interrupter == null ? t('line.interrupted') : t('line.interruptedBy', { name: interrupter })}
          </p>
        )}
        {line.late && <p className="line__late">{t('line.late')}</p>}
        {line.status === 'lost' && <p className="line__interrupted">{t('line.lost')}</p>}
        <Reactions line={line} />
        <Ratings line={line} />
      </div>
      {line.status === 'ended' && <LineMenu line={line} onReply={onReply} />}
    </article>
  );
});
