import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../messages/error-text.ts';
import { rememberedName, takeInvite } from '../session/storage.ts';
import { useMembership } from '../session/use-membership.ts';
import { Button } from '../shell/controls.tsx';
import { Link } from '../shell/link.tsx';
import { Loading, Notice } from '../shell/notice.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { BringInProvider } from './bring-in/bring-in.tsx';
import { JoinCard } from './join-card.tsx';
import { DecisionsProvider } from './decisions/decisions.tsx';
import { LagProvider } from './lag/lag.tsx';
import { RoomProvider } from './room-context.tsx';
import { RoomView } from './room-view.tsx';
import '../styles/room.css';
import '../styles/missed.css';
import '../styles/transcript.css';
import '../styles/floor.css';
import '../styles/asks.css';
import '../styles/votes.css';
import '../styles/fairness.css';
import '../styles/panels.css';
import '../styles/hearing.css';
import '../styles/bring-in.css';

/** A conversation's address: joins or resumes, then shows the room; says what to do where that fails. */
export function RoomPage({ conversation }: { readonly conversation: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  takeInvite(conversation);
  const { membership, join } = useMembership(conversation);

  useEffect(() => {
    if (membership.phase !== 'open') document.title = t('app.name');
  }, [membership, t]);

  if (membership.phase === 'open') {
    return (
      <RoomProvider key={membership.room.me} room={membership.room} connection={membership.connection}>
        <DecisionsProvider room={membership.room}>
          <LagProvider room={membership.room}>
            <BringInProvider>
              <RoomView />
            </BringInProvider>
          </LagProvider>
        </DecisionsProvider>
      </RoomProvider>
    );
  }

  const again = (): void => join({ displayName: rememberedName(), observer: false });
  return (
    <div className="page">
      <TopBar />
      <main className="lobby lobby--narrow" id="main">
        {membership.phase === 'joining' && <Loading label={t('room.joining')} />}
        {membership.phase === 'asking' && <JoinCard conversation={conversation} onJoin={join} />}
        {membership.phase === 'failed' && (
          <>
            <Notice icon="alert" tone="trouble" title={t('room.failed')} level={1}>
              <p>{errorText(membership.error)}</p>
            </Notice>
            <JoinCard conversation={conversation} onJoin={join} />
          </>
        )}
        {membership.phase === 'over' && (
          <Notice icon="leave" title={t(`over.${membership.closed.cause}`)} level={1}>
            <p>{t(`over.${membership.closed.cause}Help`)}</p>
            <div className="notice__actions">
              {membership.closed.cause !== 'ended' && (
                <Button look="primary" onPress={again}>
                  {t('over.again')}
                </Button>
              )}
              <Link to="/" className="button">
                {t('missing.back')}
              </Link>
            </div>
          </Notice>
        )}
      </main>
    </div>
  );
}
