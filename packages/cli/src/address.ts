import { CliError, EXIT } from './exit-codes.ts';

export interface ConversationAddress {
  /** The hub's own address, such as `http://127.0.0.1:8787`. */
  readonly hub: string;
  readonly conversation: string;
  /** From an invite's address. */
  readonly invite?: string;
}

const FORM = 'http://host:port/c/<conversation>';

/** The hub's address, without anything behind the host. */
export function parseHubAddress(text: string): string {
  const url = parseUrl(text, 'http://host:port');
  return url.origin;
}

/** Reads what the hub prints and the console shows: `http://host:port/c/<id>`, also with `?invite=` or `#invite=`. */
export function parseConversationAddress(text: string): ConversationAddress {
  const url = parseUrl(text, FORM);
  const conversation = /^\/c\/([A-Za-z0-9_-]{1,64})\/?$/.exec(url.pathname)?.[1];
  if (conversation === undefined) {
    throw new CliError(EXIT.usage, `${text} is not the address of a conversation: expected ${FORM}`);
  }
  const invite = url.searchParams.get('invite') ?? new URLSearchParams(url.hash.slice(1)).get('invite');
  return { hub: url.origin, conversation, ...(invite === null ? {} : { invite }) };
}

export const conversationAddress = (hub: string, conversation: string): string => `${hub}/c/${conversation}`;

function parseUrl(text: string, form: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError(EXIT.usage, `${text} is not an address: expected ${form}`);
  }
  return url;
}
