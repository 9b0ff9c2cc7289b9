import type { TranscriptLine, UtteranceLine } from '@parley/client';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import type { IconName } from '../../shell/icon.tsx';
import { Icon } from '../../shell/icon.tsx';

type NoteLine = Exclude<TranscriptLine, UtteranceLine>;

const ICONS: Readonly<Partial<Record<NoteLine['kind'], IconName>>> = {
  topic: 'edit',
  itemOpened: 'question',
  itemResolved: 'check',
  decision: 'decision',
  gap: 'alert',
};

/** What happened between utterances, in a quiet line of its own. */
export function Note({ line }: { readonly line: NoteLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const icon = ICONS[line.kind];
  return (
    <p className={`note note--${line.kind}`}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{t(`note.${line.kind}`, values(line, t))}</span>
      {line.kind !== 'gap' && (
        <time className="note__time" dateTime={line.at} title={formats.exact(line.at)}>
          {formats.time(line.at)}
        </time>
      )}
    </p>
  );
}

function values(line: NoteLine, t: TFunction): Record<string, unknown> {
  const name = line.displayName;
  switch (line.kind) {
    case 'topic':
    case 'itemOpened':
    case 'itemResolved':
    case 'decision':
    case 'floor':
      return { name, text: line.text };
    case 'paused':
    case 'resumed':
    case 'ended':
      return { name, cause: t(`cause.${line.cause}`, { defaultValue: line.cause }) };
    case 'gap':
      return { count: line.missed };
    default:
      return { name };
  }
}
