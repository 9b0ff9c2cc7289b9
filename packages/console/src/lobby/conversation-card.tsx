import type { ConversationSummary } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../messages/formats.ts';
import { Portrait } from '../shell/speaker.tsx';
import { Button } from '../shell/controls.tsx';
import { humanise } from './humanise.ts';
import type { Unread } from './unread.ts';

const TONES: Readonly<Record<string, string>> = { active: 'pill--good', paused: 'pill--warn' };

interface ConversationCardProps {
  readonly summary: ConversationSummary;
  /** Undefined where it is not known how far one has read. */
  readonly unread: Unread | undefined;
  readonly onEnter: () => void;
}

/** A conversation as the lobby lists it: its name, whether it goes on, who is there, what was said last. */
export function ConversationCard({ summary, unread, onEnter }: ConversationCardProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { title, status, strategy, participants, holder, lastLine } = summary;
  const over = status === 'ended' || status === 'archived';
  const others = participants.count - participants.first.length;
  return (
    <li className={over ? 'card conversation conversation--over' : 'card conversation'}>
      <div className="conversation__words">
        <div className="conversation__head">
          <h2 className="conversation__title" dir="auto">
            {title}
          </h2>
          <span className={`pill ${TONES[status] ?? ''}`}>
            {t(`status.${status}`, { defaultValue: status })}
          </span>
          {unread !== undefined && unread.count > 0 && (
            <span className="pill pill--accent">
              {t(unread.more ? 'lobby.unreadMore' : 'lobby.unread', { count: unread.count })}
            </span>
          )}
          <span className="pill">{t(`kinds.${strategy}`, { defaultValue: humanise(strategy) })}</span>
        </div>
        {lastLine === null ? (
          <p className="conversation__last conversation__last--none">{t('lobby.nothingSaid')}</p>
        ) : (
          <p className="conversation__last" dir="auto">
            <strong>{lastLine.speaker}</strong> {lastLine.text}
          </p>
        )}
        <div className="conversation__facts">
          <ul className="conversation__people" aria-label={t('people.title')}>
            {participants.first.map(({ displayName, kind }, index) => (
              <li key={`${index} ${displayName}`}>
                <Portrait id={displayName} name={displayName} kind={kind} />
                <span className="visually-hidden">
                  {displayName}, {t(`kind.${kind}`)}
                </span>
              </li>
            ))}
          </ul>
          <span>
            {others > 0 && `${t('lobby.others', { count: others })} · `}
            {t('lobby.there', { count: participants.connected })}
            {holder !== null && ` · ${t('floor.holds', { name: holder })}`}
            {lastLine !== null && (
              <>
                {' · '}
                <time dateTime={lastLine.at} title={formats.exact(lastLine.at)}>
                  {formats.ago(lastLine.at)}
                </time>
              </>
            )}
          </span>
        </div>
      </div>
      <Button
        look={over ? 'plain' : 'primary'}
        onPress={onEnter}
        aria-label={t(over ? 'lobby.readNamed' : 'lobby.enterNamed', { title })}
      >
        {t(over ? 'lobby.read' : 'lobby.enter')}
      </Button>
    </li>
  );
}
