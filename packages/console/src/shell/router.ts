import { useSyncExternalStore } from 'react';

/** The console's addresses: `/` and `/c/<conversation>`, with `#s18` for a line and `#invite=…` for an invite. */
export type Route =
  | { readonly page: 'lobby' }
  | { readonly page: 'room'; readonly conversation: string }
  | { readonly page: 'missing' };

export function routeOf(path: string): Route {
  if (path === '/' || path === '/index.html') return { page: 'lobby' };
  const conversation = /^\/c\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  return conversation === undefined ? { page: 'missing' } : { page: 'room', conversation };
}

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
    removeEventListener('hashchange', listener);
  };
}

export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  tell();
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);
export const useHash = (): string => useSyncExternalStore(subscribe, () => location.hash);

export const roomPath = (conversation: string): string => `/c/${conversation}`;
/** The address of one line, for people to pass on. */
export const linePath = (conversation: string, seq: number): string => `/c/${conversation}#s${seq}`;
