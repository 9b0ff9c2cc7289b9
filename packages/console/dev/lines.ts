import type { TranscriptLine } from '@parley/client';
import { at, PEOPLE } from './people.ts';

type UtteranceLine = Extract<TranscriptLine, { kind: 'utterance' }>;

const nameOf = (id: string): string =>
  PEOPLE.find((person) => person.id === id)?.displayName ?? 'Rafael Lindqvist';

const said = (
  seq: number,
  participant: string,
  seconds: number,
  text: string,
  more: Partial<UtteranceLine> = {},
): TranscriptLine => ({
  kind: 'utterance',
  key: `utt_${seq}`,
  utterance: `utt_${seq}`,
  seq,
  at: at(seconds),
  participant,
  displayName: nameOf(participant),
  status: 'ended',
  text,
  endedAt: at(seconds + 20),
  endedSeq: seq + 1,
  interrupted: false,
  late: false,
  interruptedBy: null,
  addressedTo: [],
  topics: [],
  inReplyTo: null,
  whisperedTo: null,
  narrowed: false,
  expectsReply: false,
  reactions: [],
  ...more,
});

const came = (seq: number, participant: string, seconds: number): TranscriptLine => ({
  kind: 'joined',
  key: `joined-${seq}`,
  seq,
  at: at(seconds),
  participant,
  displayName: nameOf(participant),
  cause: null,
});

export const TALK: readonly TranscriptLine[] = [
  came(2, 'prt_me', 0),
  came(3, 'prt_atlas', 12),
  came(4, 'prt_tomas', 15),
  {
    kind: 'topic',
    key: 'topic-5',
    seq: 5,
    at: at(40),
    participant: 'prt_me',
    displayName: 'Mira Vogel',
    text: 'Which river crossing do we build first?',
    ref: null,
    late: false,
  },
  said(
    6,
    'prt_me',
    60,
    'Thank you all for coming. We have **two** candidates for the crossing, and the council wants one name by Friday. Atlas, could you start with the numbers?',
    {
      reactions: [
        { participant: 'prt_atlas', kind: 'agree' },
        { participant: 'prt_tomas', kind: 'agree' },
        { participant: 'prt_me', kind: 'thanks' },
      ],
    },
  ),
  said(
    9,
    'prt_atlas',
    95,
    'Here is what the surveys say:\n\n| Site | Cost | Daily trips | Flood risk |\n|---|---:|---:|---|\n| Mill Lane | 3.1 M | 2 400 | low |\n| Old Ferry | 2.6 M | 3 900 | *medium* |\n\nOld Ferry carries more people for less, but its piers stand in the 50-year flood line. The [survey](https://example.org/survey) has the methods.',
    {
      inReplyTo: 6,
      reactions: [{ participant: 'prt_me', kind: 'insight' }],
    },
  ),
  said(13, 'prt_tomas', 150, 'I grew up beside Old Ferry. “Medium” is a kind word: in 2013 the water stood', {
    interrupted: true,
    interruptedBy: 'prt_me',
  }),
  said(
    16,
    'prt_me',
    190,
    'Sorry to cut in, Tomás: do we have a picture of that? ![the flood of 2013](https://example.org/flood.jpg)',
  ),
  came(17, 'prt_scribe', 240),
  {
    kind: 'itemOpened',
    key: 'item-18',
    seq: 18,
    at: at(260),
    participant: 'prt_scribe',
    displayName: 'Scribe',
    text: 'Who pays for raising the piers at Old Ferry?',
    ref: 'itm_18',
    late: false,
  },
  said(20, 'prt_layla', 300, 'أعتقد أن الجسر القديم يحتاج إلى أعمدة أعلى، وهذا ممكن بتكلفة إضافية بسيطة.', {
    addressedTo: ['prt_tomas'],
  }),
  said(
    23,
    'prt_gone',
    330,
    'Raising them by 60 cm costs about 240 000. `ferry.cost + 0.24 < mill.cost` still holds.',
  ),
  {
    kind: 'left',
    key: 'left-25',
    seq: 25,
    at: at(350),
    participant: 'prt_gone',
    displayName: 'Rafael Lindqvist',
    cause: 'left',
  },
  {
    kind: 'decision',
    key: 'decision-26',
    seq: 26,
    at: at(380),
    participant: 'prt_me',
    displayName: 'Mira Vogel',
    text: 'Old Ferry, if the piers are raised.',
    ref: 'dec_26',
    late: false,
  },
  said(
    28,
    'prt_atlas',
    1380,
    'Then I would compare three designs for the raised piers. The first one keeps the old foundations and',
    { status: 'speaking', endedAt: null, endedSeq: null },
  ),
];

/** As many lines as one asks for, to see that the list stays quick. */
export const manyLines = (count: number): readonly TranscriptLine[] =>
  Array.from({ length: count }, (_, index) =>
    said(
      index * 2 + 1,
      PEOPLE[index % PEOPLE.length]!.id,
      index,
      `Line ${index + 1}. `.repeat(1 + (index % 7)),
    ),
  );
