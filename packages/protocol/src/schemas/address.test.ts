import { describe, expect, it } from 'vitest';
import { commandData } from './commands.ts';

/** What the hub may be asked to call: where a member is called back, and where the three kinds of bridges are. */
const takers: Readonly<Record<string, (address: string) => boolean>> = {
  'webhook.set': (url) => commandData['webhook.set'].safeParse({ url }).success,
  'conversation.join': (url) =>
    commandData['conversation.join'].safeParse({ kind: 'human', displayName: 'Ada', webhook: { url } })
      .success,
  a2aAgent: (card) => added({ kind: 'a2aAgent', settings: { card } }),
  externalAI: (baseURL) => added({ kind: 'externalAI', settings: { baseURL, model: 'm' } }),
  openFloor: (serviceUrl) => added({ kind: 'openFloor', settings: { serviceUrl } }),
};

const added = (data: object): boolean =>
  commandData['bridge.add'].safeParse({ displayName: 'Olive', ...data }).success;

const good = [
  'https://h',
  'http://127.0.0.1:9000/',
  'https://[::1]:8787/called',
  'HTTPS://H.example/',
  'https://h?x=a@b',
  'https://h/@ada/a@b',
  'https://h/a%40b#c@d',
  'https://xn--exmple-cua.example/',
];

/** All but the last row name a user, or would to a reader that is less strict than this. */
const bad = [
  'https://u:p@h',
  'https://u@h/called',
  'https://@h',
  'https://:@h',
  'HTTPS://u:p@h',
  'https:u:p@h',
  'https:/u:p@h',
  'https:///u:p@h',
  'https:\\\\u:p@h',
  'https://h\\@k',
  'https://u\t:p@h',
  'https://u%40x@h',
  ...[
    '',
    'h',
    '//h',
    'ftp://h',
    'javascript:alert(1)',
    'https://',
    'https://a b',
    'https://h:99999',
    'https://ä.example',
  ],
  `https://h/${'x'.repeat(2_048)}`,
];

describe.each(Object.entries(takers))('an address for %s', (_, takes) => {
  it.each(good)('may be %s', (address) => expect(takes(address)).toBe(true));
  it.each(bad)('is not %s', (address) => expect(takes(address)).toBe(false));
});
