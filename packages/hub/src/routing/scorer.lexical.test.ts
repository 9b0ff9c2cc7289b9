import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listener, never, scorerContract } from '../ports/scorer.contract.ts';
import type { ListenerProfile } from '../ports/scorer.ts';
import { LexicalScorer } from './scorer.lexical.ts';
import { tellingWordsOf, wordsOf } from './words.ts';

scorerContract('lexical', async () => ({ scorer: new LexicalScorer(), dispose: async () => undefined }));

const THRESHOLD = 0.3;
const conversation = 'cnv_a';

async function heardBy(text: string, listeners: readonly ListenerProfile[]): Promise<string[]> {
  const scores = await new LexicalScorer().score({ conversation, text }, listeners, never());
  return [...scores].filter(([, score]) => score >= THRESHOLD).map(([id]) => id);
}

describe('relevance by words', () => {
  const room = [
    listener('tea', ['tea', 'gardening']),
    listener('art', ['history of art'], { ownWords: 'I think that it is slow because of the queue' }),
    listener('law', ['contract law'], { capabilities: ['translation'] }),
  ];

  it.each<[string, string[]]>([
    ['Green tea grows in the shade', ['tea']],
    ['TEA!', ['tea']],
    ['Is this a garden?', ['tea']],
    ['The end of the matter', []],
    ['Modern art, and a contract', ['art', 'law']],
    ['This needs translations', ['law']],
    ['I think so', []],
    ['What a nice day', []],
  ])('[RT-4] “%s” interests %j', async (text, heard) => {
    expect(await heardBy(text, room)).toEqual(heard);
  });

  it('[RT-4] one named interest is enough in a room of two and of a thousand, shared by one or by all', async () => {
    for (const size of [2, 40, 1_000]) {
      const others = Array.from({ length: size - 1 }, (_, index) => listener(`p${index}`, [`other${index}`]));
      expect(await heardBy('about tea', [listener('ann', ['tea']), ...others])).toEqual(['ann']);
      const all = Array.from({ length: size }, (_, index) => listener(`p${index}`, ['tea']));
      expect(await heardBy('about tea', all)).toHaveLength(size);
    }
  });

  it('[RT-4] gives the scores of the guide', async () => {
    const ann = listener('ann', ['tea'], {
      capabilities: ['translation'],
      ownWords: 'the violin and the drums, and a piano',
    });
    const scores = await Promise.all(
      ['tea', 'translation', 'violin', 'violin, drums', 'violin, drums, piano', 'law'].map(async (text) => {
        const found = await new LexicalScorer().score({ conversation, text }, [ann], never());
        return found.get('ann')?.toFixed(2);
      }),
    );
    expect(scores).toEqual(['0.76', '0.73', '0.24', '0.39', '0.49', '0.00']);
    const all = Array.from({ length: 1_000 }, (_, index) => listener(`p${index}`, ['tea']));
    const shared = await new LexicalScorer().score({ conversation, text: 'tea' }, all, never());
    expect(new Set([...shared.values()].map((score) => score.toFixed(2)))).toEqual(new Set(['0.34']));
  });

  it('[RT-4] reads scripts without spaces, and signs of any width', async () => {
    const listeners = [listener('ann', ['緑茶']), listener('bob', ['ロボット'])];
    expect(await heardBy('私は緑茶が好きです', listeners)).toEqual(['ann']);
    expect(wordsOf('ＴＥＡ, ﬁne! Ünï-cod3')).toEqual(['tea', 'fine', 'ünï', 'cod3']);
  });

  it('drops common words, but not an interest that is nothing else', async () => {
    expect(tellingWordsOf('the history of art')).toEqual(['history', 'art']);
    expect(await heardBy('before the war', [listener('ann', ['war'])])).toEqual(['ann']);
  });

  it('[RT-4] more that is met never lowers a score, and no utterance makes one that is not a number', async () => {
    const word = fc.constantFrom('tea', 'robot', 'garden', 'law', 'the', '茶', '', '🙂', 'of');
    const texts = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 5 }), texts, word, async (interests, text, more) => {
        const listeners = interests.map((interest, index) => listener(`p${index}`, [interest]));
        const scorer = new LexicalScorer();
        const of = (said: string) => scorer.score({ conversation, text: said }, listeners, never());
        const [before, after] = [await of(text), await of(`${text} ${more}`)];
        for (const [id, score] of before) {
          expect(score >= 0 && score < 1).toBe(true);
          expect(after.get(id)).toBeGreaterThanOrEqual(score - 1e-9);
        }
      }),
      { numRuns: 100 },
    );
  });
});
