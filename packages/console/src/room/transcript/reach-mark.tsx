import type { UtteranceLine } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Icon } from '../../shell/icon.tsx';
import { useRoom } from '../room-context.tsx';

/** RT-6: whom a whisper was for, or that not everybody heard this; and what it was about. */
export function ReachMark({ line }: { readonly line: UtteranceLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { me, person } = useRoom();
  const names = line.whisperedTo?.map((id) =>
    id === me ? t('people.you') : (person(id)?.displayName ?? t('people.somebody')),
  );
  return (
    <>
      {names !== undefined && (
        <span className="pill pill--whisper" title={t('line.whisperHelp')}>
          <Icon name="whisper" />
          {t('line.whisper', { names: formats.list(names) })}
        </span>
      )}
      {names === undefined && line.narrowed && (
        <span className="pill" title={t('line.narrowedHelp')}>
          <Icon name="ear" />
          {t('line.narrowed')}
        </span>
      )}
      {line.topics.map((topic) => (
        <span key={topic} className="pill pill--topic">
          <Icon name="tag" />
          <span className="visually-hidden">{t('topic.title')}: </span>
          <bdi dir="auto">{topic}</bdi>
        </span>
      ))}
    </>
  );
}
