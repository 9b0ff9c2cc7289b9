import type { FloorLine, TranscriptLine, UtteranceLine } from '@parley/client';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Formats } from '../../messages/formats.ts';
import { useFormats } from '../../messages/formats.ts';
import type { IconName } from '../../shell/icon.tsx';
import { Icon } from '../../shell/icon.tsx';
import { muteText } from '../people/mute-text.ts';
import { FloorNote } from './floor-note.tsx';

type NoteLine = Exclude<TranscriptLine, UtteranceLine>;

const FLOOR_ICONS: Readonly<Record<FloorLine['what'], IconName>> = {
  bids: 'coins',
  ballot: 'ballot',
  collision: 'collision',
  interruption: 'interrupt',
  overlap: 'overlap',
};

const ICONS: Readonly<Partial<Record<NoteLine['kind'], IconName>>> = {
  topic: 'edit',
  itemOpened: 'question',
  itemResolved: 'check',
  decision: 'decision',
  muted: 'alert',
  gap: 'alert',
};

/** What happened between utterances, in a quiet line of its own. */
export function Note({ line }: { readonly line: NoteLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const icon = line.kind === 'floor' ? FLOOR_ICONS[line.what] : ICONS[line.kind];
  return (
    <div className={`note note--${line.kind}`}>
      {icon !== undefined && <Icon name={icon} />}
      {line.kind === 'floor' ? (
        <FloorNote line={line} />
      ) : (
        <span>{t(`note.${keyOf(line)}`, values(line, t, formats))}</span>
      )}
      {line.kind !== 'gap' && (
        <time className="note__time" dateTime={line.at} title={formats.exact(line.at)}>
          {formats.time(line.at)}
        </time>
      )}
    </div>
  );
}

const keyOf = (line: Exclude<NoteLine, FloorLine>): string =>
  line.kind === 'itemResolved' && line.late ? 'itemLate' : line.kind;

function values(line: Exclude<NoteLine, FloorLine>, t: TFunction, formats: Formats): Record<string, unknown> {
  const name = line.displayName;
  switch (line.kind) {
    case 'topic':
    case 'itemOpened':
    case 'itemResolved':
    case 'decision':
      return { name, text: line.text };
    case 'paused':
    case 'resumed':
    case 'ended':
      return { name, cause: t(`cause.${line.cause}`, { defaultValue: line.cause }) };
    case 'muted':
      return { name, why: muteText(line, t, formats) };
    case 'gap':
      return { count: line.missed };
    default:
      return { name };
  }
}
