import { lazy, Suspense } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Lobby } from './lobby/lobby.tsx';
import type { Gateway } from './session/gateway.ts';
import { SessionProvider } from './session/session.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { FeedbackProvider } from './shell/feedback.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Loading } from './shell/notice.tsx';
import { routeOf, usePath } from './shell/router.ts';

// The room brings the transcript, Markdown and most controls: who is in the lobby does not wait for them.
const RoomPage = lazy(async () => ({ default: (await import('./room/room-page.tsx')).RoomPage }));

export function App({ gateway }: { readonly gateway: Gateway }) {
  const { i18n } = useTranslation();
  return (
    <I18nProvider locale={i18n.language}>
      <ErrorBoundary>
        <SessionProvider gateway={gateway}>
          <FeedbackProvider>
            <Page />
          </FeedbackProvider>
        </SessionProvider>
      </ErrorBoundary>
    </I18nProvider>
  );
}

function Page() {
  const { t } = useTranslation();
  const route = routeOf(usePath());
  if (route.page === 'lobby') return <Lobby />;
  if (route.page === 'missing') return <NotFound />;
  return (
    <Suspense fallback={<Loading label={t('room.opening')} />}>
      <RoomPage key={route.conversation} conversation={route.conversation} />
    </Suspense>
  );
}
