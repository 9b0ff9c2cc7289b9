import type { Cases } from './commands.fixture.ts';

/** Those of the ops that mute members and say where absent ones are called. */
export const MEMBER_CASES = {
  'participant.mute': {
    valid: [
      { participant: 'prt_1' },
      { participant: 'prt_1', reason: 'Let others speak.', ms: 60_000 },
      { participant: 'prt_1', ms: 1 },
    ],
    invalid: [
      [{}, 'data.participant'],
      [{ participant: 'prt_1', ms: 0 }, 'data.ms'],
      [{ participant: 'prt_1', ms: 86_400_001 }, 'data.ms'],
      [{ participant: 'prt_1', reason: 'two\nlines' }, 'data.reason'],
    ],
  },
  'participant.unmute': {
    valid: [{ participant: 'prt_1' }],
    invalid: [
      [{}, 'data.participant'],
      [{ participant: 'prt_1', ms: 1 }, 'data.ms'],
    ],
  },
  'webhook.set': {
    valid: [{ url: 'https://ada.example/called' }, { url: 'http://127.0.0.1:9000/' }, { url: null }],
    invalid: [
      [{}, 'data.url'],
      [{ url: '' }, 'data.url'],
      [{ url: 'ada.example' }, 'data.url'],
      [{ url: 'file:///etc/passwd' }, 'data.url'],
      [{ url: 'javascript:alert(1)' }, 'data.url'],
      [{ url: 'https://ada.example/a\nb' }, 'data.url'],
      [{ url: 'https://\u0430da.example/' }, 'data.url'],
      [{ url: 'https://me:pw@ada.example/' }, 'data.url'],
      [{ url: `https://ada.example/${'x'.repeat(2_048)}` }, 'data.url'],
      [{ url: ['https://ada.example'] }, 'data.url'],
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
