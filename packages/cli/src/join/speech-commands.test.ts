import { describe, expect, it } from 'vitest';
import { whisperOf } from './speech-commands.ts';
import { shownLine } from './transcript-text.ts';

const people = [
  { id: 'prt_a', displayName: 'Ada Lovelace' },
  { id: 'prt_ad', displayName: 'Ada' },
  { id: 'prt_b', displayName: 'Bo\u001b[2J' },
  { id: 'prt_c', displayName: 'Cy' },
  { id: 'prt_cc', displayName: 'Cy' },
];

describe('[RT-6] whom a whisper is for', () => {
  it.each([
    ['@Bo hello there', ['prt_b'], 'hello there'],
    ['bo hello', ['prt_b'], 'hello'],
    ['@Ada hello', ['prt_ad'], 'hello'],
    ['@Ada Lovelace hello', ['prt_a'], 'hello'],
    ['@ada lovelace, @bo what now?', ['prt_a', 'prt_b'], 'what now?'],
    ['@prt_cc hello', ['prt_cc'], 'hello'],
    ['@Bo,@Bo hello', ['prt_b'], 'hello'],
  ])('%j is for %j: %j', (rest, to, text) => {
    expect(whisperOf(rest, people)).toMatchObject({ found: { to, text } });
  });

  it.each([
    ['@Zoe hello', /Nobody fits "Zoe"/],
    ['@Bo', /Whisper what/],
    ['@Cy hello', /could be Cy \(prt_c\) or Cy \(prt_cc\)/],
    ['@Bo,@Zoe hello', /Nobody fits "Zoe"/],
    ['@ hello', /Nobody fits/],
  ])('%j is a problem, and nothing is said', (rest, problem) => {
    expect(whisperOf(rest, people).problem).toMatch(problem);
  });
});

describe('what is shown of who hears a line', () => {
  const line = {
    kind: 'utterance',
    key: 'utt_1',
    utterance: 'utt_1',
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    participant: 'prt_a',
    displayName: 'Ada',
    status: 'ended',
    text: 'hush',
    endedAt: null,
    endedSeq: 1,
    interrupted: false,
    interruptedBy: null,
    addressedTo: [],
    topics: [],
    whisperedTo: null,
    narrowed: false,
    late: false,
    inReplyTo: null,
    expectsReply: false,
    reactions: [],
  } as const;
  const speaker = (change: object) => shownLine({ ...line, ...change }, (id) => id.slice(4)).speaker;

  it('[RT-6] names whom it was whispered to, its topics, and that it was not for all', () => {
    expect(speaker({})).toBe('Ada');
    expect(speaker({ whisperedTo: ['prt_b', 'prt_c'], narrowed: true })).toBe('Ada (whispers to b and c)');
    expect(speaker({ topics: ['tea.green'], narrowed: true })).toBe('Ada (#tea.green, not for all)');
  });
});
