import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import type { Connection, HubHttp } from '@parley/client';
import type { Gateway } from './gateway.ts';
import { keepToken, sessionToken } from './storage.ts';

interface Session {
  readonly gateway: Gateway;
  readonly token: string | undefined;
  /** The hub's HTTP side, in this person's name. */
  readonly hub: HubHttp;
  /** Takes a token (typed in, or a guest's from the hub) for this tab. */
  readonly signIn: (token: string) => void;
  readonly signOut: () => Promise<void>;
  /** The tab's one connection: opened at first use, and again after it was closed for good. */
  readonly connection: () => Promise<Connection>;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (session === null) throw new Error('broken assumption: useSession is used inside SessionProvider');
  return session;
}

export function SessionProvider({
  gateway,
  children,
}: {
  readonly gateway: Gateway;
  readonly children: ReactNode;
}) {
  const [token, setToken] = useState(sessionToken);
  const current = useRef<Promise<Connection> | null>(null);

  const close = useCallback(async () => {
    const open = current.current;
    current.current = null;
    if (open !== null) await (await open).close();
  }, []);

  const signIn = useCallback((given: string) => {
    keepToken(given);
    setToken(given);
  }, []);

  const signOut = useCallback(async () => {
    keepToken(undefined);
    setToken(undefined);
    await close();
  }, [close]);

  const connection = useCallback(async () => {
    const open = await current.current?.catch(() => null);
    if (open != null && open.status !== 'closed') return open;
    const opening = gateway.connect(sessionToken());
    current.current = opening;
    const opened = await opening;
    // A guest's token under --open: who comes back with it is the same principal.
    if (opened.token !== undefined) signIn(opened.token);
    return opened;
  }, [gateway, signIn]);

  const hub = useMemo(() => gateway.http(token), [gateway, token]);
  const value = useMemo(
    () => ({ gateway, token, hub, signIn, signOut, connection }),
    [gateway, token, hub, signIn, signOut, connection],
  );
  return <Context value={value}>{children}</Context>;
}
