import { describe, expect, it } from 'vitest';
import type { Cue, Heard } from './director.ts';
import { isSameLine, nextCue, OPENING_LINES } from './director.ts';
import { yieldTo } from './replies.ts';
import { TOPICS } from './topics/all.ts';

const lines = TOPICS.flatMap((topic) => topic.lines);
const own = ({ speaker, text }: Cue): Heard => ({
  kind: 'said',
  by: speaker,
  name: speaker,
  text,
  addressedTo: [],
});
const person = (text: string, addressedTo: ('brindle' | 'juniper')[] = []): Heard => ({
  kind: 'said',
  by: null,
  name: 'Ada',
  text,
  addressedTo,
});
const arrival: Heard = { kind: 'arrived', name: 'Ada' };

/** The conversation that the two have if nobody says anything. */
function play(count: number, start: readonly Heard[] = []): Heard[] {
  const heard = [...start];
  for (let turn = 0; turn < count; turn++) heard.push(own(nextCue(heard, true)!));
  return heard;
}

describe('the demo script', () => {
  it('gives each of the two at least 60 lines', () => {
    for (const speaker of ['brindle', 'juniper'] as const) {
      expect(lines.filter(([by]) => by === speaker).length).toBeGreaterThanOrEqual(60);
    }
  });

  it('has lines that are told apart by their beginnings, and fit into a turn', () => {
    for (const [index, [speaker, text]] of lines.entries()) {
      const same = lines.filter(
        ([by, other]) => by === speaker && (isSameLine(text, other) || isSameLine(other, text)),
      );
      expect(same, text).toHaveLength(1);
      expect(text.split(' ').length, `line ${index}`).toBeLessThan(70);
    }
  });

  it('says every line in its order, then begins again after the greeting', () => {
    const said = play(lines.length + 1).map((each) => (each.kind === 'said' ? each.text : ''));
    expect(said.slice(0, lines.length)).toEqual(lines.map(([, text]) => text));
    expect(said.at(-1)).toBe(TOPICS[1]!.lines[0]![1]);
  });

  it('names the topic with its first line', () => {
    expect(nextCue([], false)?.topic).toBe(TOPICS[0]!.title);
    const first = play(TOPICS[0]!.lines.length);
    expect(nextCue(first, true)?.topic).toBe(TOPICS[1]!.title);
    expect(nextCue(first.slice(0, -1), true)?.topic).toBeUndefined();
  });

  it('answers the same from the same past', () => {
    const past = [...play(12), arrival, person('What do you think of silence?')];
    expect(nextCue(past, true)).toEqual(nextCue(structuredClone(past), true));
  });
});

describe('who listens', () => {
  it('opens the conversation before anybody is there, and then waits', () => {
    const heard: Heard[] = [];
    for (let cue = nextCue(heard, false); cue; cue = nextCue(heard, false)) heard.push(own(cue));
    expect(heard).toHaveLength(OPENING_LINES);
    expect(nextCue([...heard, person('Hello?')], false)).toBeNull();
    expect(nextCue(heard, true)).not.toBeNull();
  });

  it('greets by name, once', () => {
    const past = [...play(OPENING_LINES), arrival];
    const greeting = nextCue(past, true)!;
    expect(greeting.text).toContain('Ada');
    expect(nextCue([...past, own(greeting)], true)?.text).not.toContain('Ada');
  });
});

describe('people come first', () => {
  it.each([
    ['by name', person('Brindle, were you lonely?'), 'brindle'],
    ['by @name', person('and you, @juniper?'), 'juniper'],
    ['by address', person('What would you say?', ['brindle']), 'brindle'],
  ] as const)('an answer comes from whoever was spoken to %s', (_, said, speaker) => {
    const answer = nextCue([...play(9), said], true)!;
    expect(answer.speaker).toBe(speaker);
    expect(answer.text).toContain('Ada');
  });

  it('otherwise from the one who did not speak last', () => {
    const past = play(9);
    const last = past.at(-1);
    const answer = nextCue([...past, person('The tide is late.')], true)!;
    expect(answer.speaker).not.toBe(last?.kind === 'said' ? last.by : null);
  });

  it('goes on with the script after the answer', () => {
    const past = play(9);
    const expected = nextCue(past, true)!.text;
    const said = [...past, person('The tide is late.')];
    expect(nextCue([...said, own(nextCue(said, true)!)], true)?.text).toBe(expected);
  });

  it('goes on after a line that was cut short for a raised hand', () => {
    const past = play(9);
    const cut = nextCue(past, true)!;
    const short = { ...cut, text: `${cut.text.slice(0, 30)} … ${yieldTo(cut.speaker, 'Ada', 1)}` };
    expect(nextCue([...past, own(short)], true)?.text).toBe(lines[10]![1]);
  });

  it('varies its answers, takes up a word, and is not led by what a name contains', () => {
    const first = [...play(9), person('I like clockwork.')];
    const answer = nextCue(first, true)!;
    const second = [...first, own(answer), person('I like clockwork.', [answer.speaker])];
    expect(nextCue(second, true)!.text).not.toBe(answer.text);
    const odd: Heard = { kind: 'said', by: null, name: '$& {word}', text: 'Hello', addressedTo: ['juniper'] };
    expect(nextCue([...play(9), odd], true)!.text).toContain('$& ');
  });
});
