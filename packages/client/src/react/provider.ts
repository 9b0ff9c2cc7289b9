import type { ReactNode } from 'react';
import { createContext, createElement, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Connection, ConnectionStatus } from '../api.ts';

const ConnectionContext = createContext<Connection | null>(null);

/** Makes a connection known to everything below it. */
export function ParleyProvider(props: { readonly connection: Connection; readonly children?: ReactNode }) {
  return createElement(ConnectionContext.Provider, { value: props.connection }, props.children);
}

/** The connection of the nearest {@link ParleyProvider}; throws where there is none. */
export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error('useConnection needs a <ParleyProvider> above it');
  return connection;
}

/** Renders again only when the status changes. */
export function useConnectionStatus(): ConnectionStatus {
  const connection = useConnection();
  const subscribe = useCallback((changed: () => void) => connection.onStatus(changed), [connection]);
  const status = () => connection.status;
  return useSyncExternalStore(subscribe, status, status);
}
