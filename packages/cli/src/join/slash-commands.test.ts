import { describe, expect, it } from 'vitest';
import { aView, BALLOT, holderOf, NOW, WINDOW } from './view.fixture.ts';
import { helpLines, parseInput, SLASH_COMMANDS } from './slash-commands.ts';

const bring = (kind: string, displayName: string, settings: object) => ({
  kind: 'bring',
  request: { kind, displayName, settings },
});

describe('what a person types', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['Good morning.', { kind: 'say', text: 'Good morning.' }],
    ['  and/or  ', { kind: 'say', text: 'and/or' }],
    ['//usr is a folder', { kind: 'say', text: '/usr is a folder' }],
    ['/say  two  spaces', { kind: 'say', text: 'two  spaces' }],
    ['/hand', { kind: 'hand' }],
    ['/hand 0.8', { kind: 'hand', urgency: 0.8 }],
    ['/HAND 1', { kind: 'hand', urgency: 1 }],
    ['/lower', { kind: 'lower' }],
    ['/release', { kind: 'release' }],
    ['/topic Tea and time', { kind: 'topic', topic: 'Tea and time' }],
    ['/react 👍', { kind: 'react', reaction: '👍' }],
    ['/react agree @Ada Lovelace', { kind: 'react', reaction: 'agree', to: 'Ada Lovelace' }],
    ['/react agree Ada', { kind: 'react', reaction: 'agree', to: 'Ada' }],
    ['/peo', { kind: 'people' }],
    ['/whisper @Bo hush', { kind: 'whisper', rest: '@Bo hush' }],
    ['/w @Bo hush', { kind: 'whisper', rest: '@Bo hush' }],
    ['/about tea.green,cake  I like it', { kind: 'about', topics: ['tea.green', 'cake'], text: 'I like it' }],
    ['/topics', { kind: 'topics' }],
    ['/topics tea.*, cake', { kind: 'topics', topics: ['tea.*', 'cake'] }],
    ['/topics tea.* cake', { kind: 'topics', topics: ['tea.*', 'cake'] }],
    ['/topics green tea, cake', { kind: 'topics', topics: ['green tea', 'cake'] }],
    ['/topics none', { kind: 'topics', topics: [] }],
    ['/whisper', { kind: 'problem' }],
    ['/about tea', { kind: 'problem' }],
    ['/leave', { kind: 'leave' }],
    ['/?', { kind: 'problem' }],
    ['/', { kind: 'problem' }],
    ['/bid', { kind: 'bid', urgency: 0.5 }],
    ['/bid 0.8', { kind: 'bid', urgency: 0.8 }],
    ['/bid 1 30', { kind: 'bid', urgency: 1, amount: 30 }],
    ['/bid .5 10 On  the 2 teas', { kind: 'bid', urgency: 0.5, amount: 10, preview: 'On  the 2 teas' }],
    ['/bid about tea', { kind: 'bid', urgency: 0.5, preview: 'about tea' }],
    ['/bid 0.2 5 3', { kind: 'bid', urgency: 0.2, amount: 5, preview: '3' }],
    ['/pass', { kind: 'pass' }],
    ['/vote Ada Lovelace', { kind: 'vote', choices: ['Ada Lovelace'] }],
    ['/vote Bo, Ada Lovelace ,Cy', { kind: 'vote', choices: ['Bo', 'Ada Lovelace', 'Cy'] }],
    ['/yes', { kind: 'answer', yes: true }],
    ['/no', { kind: 'answer', yes: false }],
    ['/interrupt', { kind: 'interrupt' }],
    ['/interrupt the kettle boils', { kind: 'interrupt', reason: 'the kettle boils' }],
    ['/yield', { kind: 'yield' }],
    ['/resume', { kind: 'resume' }],
    ['/credits', { kind: 'credits' }],
    ['/revoke Bo', { kind: 'revoke', name: 'Bo' }],
    ['/mute Bo', { kind: 'mute', typed: 'Bo', name: 'Bo' }],
    ['/mute Ada Lovelace 60', { kind: 'mute', typed: 'Ada Lovelace 60', name: 'Ada Lovelace', ms: 60_000 }],
    ['/mute Agent Smith', { kind: 'mute', typed: 'Agent Smith', name: 'Agent Smith' }],
    ['/unmute @Bo', { kind: 'unmute', name: '@Bo' }],
    ['/extend 1.5', { kind: 'extend', ms: 1_500 }],
    ['/strategy round-robin', { kind: 'strategy', name: 'round-robin' }],
    ['/policy', { kind: 'policy' }],
    [
      '/bring openfloor https://olive.example/ofp Olive',
      bring('openFloor', 'Olive', { serviceUrl: 'https://olive.example/ofp' }),
    ],
    [
      '/bring a2a https://agents.example/card.json',
      bring('a2aAgent', 'agents.example', { card: 'https://agents.example/card.json' }),
    ],
    [
      '/bring a2a https://agents.example/card.json Atlas the Second',
      bring('a2aAgent', 'Atlas the Second', { card: 'https://agents.example/card.json' }),
    ],
    ['/bring model house Sage', bring('externalAI', 'Sage', { service: 'house' })],
    ['/bring MODEL house', bring('externalAI', 'house', { service: 'house' })],
    ['/bring agent echo', bring('localAgent', 'echo', { agent: 'echo' })],
    ['/bridges', { kind: 'bridges' }],
    ['/approve 2', { kind: 'approve', which: '2' }],
    ['/dismiss Sage', { kind: 'dismiss', which: 'Sage' }],
    ['/bring', { kind: 'problem' }],
    ['/bring a friend', { kind: 'problem' }],
    ['/bring a2a', { kind: 'problem' }],
    ['/bring a2a card.json', { kind: 'problem' }],
    ['/bring model', { kind: 'problem' }],
    ['/bring agent', { kind: 'problem' }],
    ['/approve', { kind: 'problem' }],
    ['/dismiss', { kind: 'problem' }],
    ['/bid 2', { kind: 'problem' }],
    ['/bid -0.1', { kind: 'problem' }],
    ['/bid 1 2.5', { kind: 'problem' }],
    ['/bid 1 -3', { kind: 'problem' }],
    ['/vote', { kind: 'problem' }],
    ['/vote Ada,', { kind: 'problem' }],
    ['/mute', { kind: 'problem' }],
    ['/mute Bo -1', { kind: 'problem' }],
    ['/unmute', { kind: 'problem' }],
    ['/extend', { kind: 'problem' }],
    ['/extend -5', { kind: 'problem' }],
    ['/extend Infinity', { kind: 'problem' }],
    ['/constructor', { kind: 'problem' }],
    ['/hand high', { kind: 'problem' }],
    ['/hand 2', { kind: 'problem' }],
    ['/say', { kind: 'problem' }],
    ['/topic', { kind: 'problem' }],
    ['/react', { kind: 'problem' }],
    // Two commands begin with "re", two with "h", two with "l".
    ['/re', { kind: 'problem' }],
    ['/l', { kind: 'problem' }],
  ])('understands %j', (line, input) => {
    expect(parseInput(line)).toMatchObject(input);
  });

  it('takes nothing but an absent reason for no reason', () => {
    expect(parseInput('/interrupt')).toEqual({ kind: 'interrupt' });
    expect(parseInput('/policy')).toEqual({ kind: 'policy' });
  });
});

describe('/help', () => {
  const help = (change: Parameters<typeof aView>[0] = {}): [string, string] => {
    const lines = helpLines(aView(change), 'prt_me');
    const later = lines.findIndex((line) => line.startsWith('Not now:'));
    return [lines.slice(0, later).join('\n'), lines[later] ?? ''];
  };

  it('tells of every command, now or later', () => {
    const text = helpLines(aView(), 'prt_me').join('\n');
    for (const name of Object.keys(SLASH_COMMANDS)) expect(text).toContain(`/${name}`);
  });

  it('lists what is possible now', () => {
    const [idle, later] = help();
    expect(idle).toContain('/hand');
    for (const name of ['/release', '/bid', '/vote', '/yes', '/interrupt', '/resume', '/strategy']) {
      expect(idle).not.toContain(`${name} `);
      expect(`${later} `).toContain(`${name} `);
    }
    expect(help({ floor: { holders: [holderOf('prt_a')] } })[0]).toContain('/interrupt');
    const [speaking, notSpeaking] = help({ floor: { holders: [holderOf('prt_me')] } });
    expect(speaking).toMatch(/\/release[^]*\/yield/);
    expect(notSpeaking).toMatch(/\/hand .*\/interrupt/);
    expect(help({ strategy: { kind: 'bidding' }, floor: { window: WINDOW } })[0]).toMatch(
      /\/bid[^]*\/pass[^]*\/credits/,
    );
    expect(help({ floor: { ballot: { ...BALLOT, kind: 'motion' } } })[0]).toMatch(/\/vote[^]*\/yes[^]*\/no/);
    const [moderator] = help({ viewer: { participant: 'prt_me', moderator: true } });
    expect(moderator).toMatch(/\/strategy[^]*\/policy/);
    expect(moderator).not.toContain('/revoke');
    const paused = { status: 'paused', paused: { at: NOW, cause: 'loop_guard' } } as const;
    expect(help(paused)[0]).toContain('/resume');
  });

  it('[FL-2] leaves out what an observer cannot do', () => {
    const observer = { strategy: { kind: 'bidding' }, floor: { window: WINDOW }, roles: ['observer'] };
    expect(help(observer)[0]).not.toMatch(/\/bid|\/hand/);
  });
});
