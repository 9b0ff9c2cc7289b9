import { ParleyError } from '@parley/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../messages/error-text.ts';
import { useSession } from '../session/session.tsx';
import { rememberName, rememberedName } from '../session/storage.ts';
import { joinNext } from '../session/use-membership.ts';
import { Button, TextField } from '../shell/controls.tsx';
import { Notice, Loading } from '../shell/notice.tsx';
import { navigate, roomPath } from '../shell/router.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { ConversationCard } from './conversation-card.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { SignIn } from './sign-in.tsx';
import { useConversations } from './use-conversations.ts';
import { useUnread } from './use-unread.ts';

const needsToken = (error: unknown): boolean =>
  error instanceof ParleyError && (error.code === 'auth.required' || error.code === 'auth.invalid');

/** The first page: who am I, which conversations are there, and a way into each with one press. */
export function Lobby() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { token, signOut } = useSession();
  const { summaries, status, error, more, showMore, refresh } = useConversations();
  const unread = useUnread(summaries);
  const [name, setName] = useState(rememberedName);
  const [creating, setCreating] = useState(false);

  useEffect(() => {
    document.title = t('app.name');
  }, [t]);

  const enter = (conversation: string): void => {
    const displayName = name.trim();
    // Without a name the room's page asks for it.
    if (displayName !== '') joinNext(conversation, { displayName, observer: false });
    navigate(roomPath(conversation));
  };

  const locked = needsToken(error) && summaries.length === 0;
  return (
    <div className="page">
      <TopBar>
        {token !== undefined && (
          <Button look="quiet" small onPress={() => void signOut()}>
            {t('session.signOut')}
          </Button>
        )}
      </TopBar>
      <main className="lobby" id="main">
        <header className="lobby__head">
          <div>
            <h1 className="lobby__title">{t('lobby.title')}</h1>
            <p className="lobby__lead">{t('lobby.lead')}</p>
          </div>
          {!locked && (
            <Button look="primary" icon="plus" onPress={() => setCreating(true)}>
              {t('lobby.create')}
            </Button>
          )}
        </header>

        {locked ? (
          <SignIn {...(token === undefined ? {} : { problem: errorText(error) })} />
        ) : (
          <>
            <section className="card name-card" aria-label={t('lobby.you')}>
              <TextField
                label={t('name.label')}
                help={t('name.help')}
                value={name}
                maxLength={64}
                autoComplete="nickname"
                onChange={(next) => {
                  setName(next);
                  rememberName(next.trim());
                }}
              />
            </section>
            {status === 'failed' && (
              <Notice icon="alert" tone="trouble" title={t('lobby.failed')}>
                <p>{errorText(error)}</p>
                <Button onPress={refresh}>{t('action.tryAgain')}</Button>
              </Notice>
            )}
            {status === 'loading' && <Loading label={t('lobby.loading')} />}
            {status === 'ready' && summaries.length === 0 && (
              <Notice icon="transcript" title={t('lobby.empty')}>
                <p>{t('lobby.emptyHelp')}</p>
                <Button look="primary" icon="plus" onPress={() => setCreating(true)}>
                  {t('lobby.create')}
                </Button>
              </Notice>
            )}
            <ul className="conversations" aria-label={t('lobby.conversations')}>
              {summaries.map((summary) => (
                <ConversationCard
                  key={summary.id}
                  summary={summary}
                  unread={unread.get(summary.id)}
                  onEnter={() => enter(summary.id)}
                />
              ))}
            </ul>
            {more && (
              <div className="lobby__more">
                <Button onPress={showMore}>{t('lobby.more')}</Button>
              </div>
            )}
          </>
        )}
      </main>
      {creating && <CreateDialog onClose={() => setCreating(false)} onCreated={enter} />}
    </div>
  );
}
