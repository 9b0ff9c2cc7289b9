import type { Speaker } from './topics/topic.ts';

/** What somebody else said, sorted by what kind of answer it asks for; the first that fits counts. */
const KINDS = [
  ['farewell', /\b(bye|goodbye|good night|see you|gotta go|leaving now|tschüss|au revoir|adios)\b/i],
  ['thanks', /\b(thanks|thank you|thx|cheers|merci|danke|gracias)\b/i],
  [
    'who',
    /\b(who|what) (are|is) (you|brindle|juniper)\b|\bare you (an? )?(bot|ai|robot|human|real|machine)/i,
  ],
  ['how', /\b(parley|the floor|raise|my hand|queue here|how (do|does|can) (i|this|it|we))\b/i],
  [
    'greeting',
    /^\W*(hi|hello|hey|hallo|moin|servus|bonjour|hola|ciao|good (morning|afternoon|evening|day))\b/i,
  ],
  ['laugh', /\b(haha+|lol|hehe|funny|joke)\b|😂|🤣|😄/iu],
  ['sea', /\b(sea|ship|boat|lamp|light|lighthouse|fog|tide|storm|wind|sail\w*)\b/i],
  ['map', /\b(maps?|draw\w*|atlas|street|river|country|city|travel\w*|places?)\b/i],
  ['food', /\b(tea|coffee|soup|cake|lunch|dinner|bread|cup|kettle|hungry)\b/i],
  ['work', /\b(code|software|server|program\w*|bug|model|agents?|work|meeting|team|project)\b/i],
  ['disagree', /\b(disagree|wrong|nonsense|no way|not true|don't think|but actually)\b/i],
  ['question', /\?\s*$/],
  ['statement', /[\s\S]/],
] as const satisfies readonly (readonly [string, RegExp])[];

type Kind = (typeof KINDS)[number][0];

/** {name} is whom it answers, {word} the weightiest word of what they said. */
const ANSWERS: Readonly<Record<Speaker, Readonly<Record<Kind, readonly string[]>>>> = {
  brindle: {
    farewell: [
      'Fair winds, {name}. I shall enter it in the log, with the time.',
      'Go well, {name}. The lamp stays lit.',
    ],
    thanks: [
      'You are welcome, {name}. It cost me nothing but oil.',
      'No need, {name}. Somebody kept a light for me once.',
    ],
    who: [
      'I am a script with a lighthouse, {name}. Every word of mine was written down beforehand, which is more than most people can say. No model, no key, no network.',
      'Brindle, retired keeper, and before you ask, {name}: made of a few files and no wires to anywhere. I find it restful.',
    ],
    how: [
      'It goes like this, {name}. One of us holds the floor. You raise your hand, you are told your place, and when it is your turn nobody can talk over you. When you are done you let go.',
      'Raise your hand and wait for the ring, {name}. If you hold the floor and say nothing for half a minute, it moves on. Behind every rule there is an hourglass.',
    ],
    greeting: [
      'Good to see you, {name}. Mind the step. We were only talking.',
      '{name}. Welcome ashore. There is a chair, and it is the dry one.',
    ],
    laugh: ['I shall enter that as fair weather, {name}.', 'You laugh, {name}. The Board of Lights did not.'],
    sea: [
      'You said "{word}", {name}, and I could smell the rope. I learned one thing out there: the sea keeps no grudge and makes no exception.',
      'Ah, {name}. On that I can speak for an hour, so I shall say one sentence: respect it most on the days when it is polite.',
      'We had a saying for that, {name}. The fog is not against you. It is only not about you.',
    ],
    map: [
      "That is Juniper's water, {name}, not mine. I only ever asked a map for the depths.",
      'I went nowhere for thirty years, {name}, and everybody came past. It is one way of travelling.',
    ],
    food: [
      'The kettle is always on, {name}. It was the only democratic thing in the tower.',
      'Sit, {name}. Nothing wise was ever said on an empty stomach, though much was said loudly.',
    ],
    work: [
      'I know little of "{word}", {name}, but it sounds like watch-keeping. Do you at least write down what you did before you tell people?',
      'In my trade, {name}, we asked one thing of every clever device: what does it do when it fails at night? I would ask that of yours.',
      'Two keepers, one lamp, {name}. Whatever you are building, decide early who lights it when both believe that they should.',
    ],
    disagree: [
      'Good, {name}. I had run out of people to be wrong with. Where do you see the rock that I do not?',
      'Then one of us will learn something, {name}. I hope it is me; I have more room.',
      'Entered as you said it, {name}, and my line stays above it. That is how a log holds both.',
    ],
    question: [
      'I can only tell you how it looked from a tower, {name}. From there, most answers were a matter of waiting until the fog had decided.',
      'A fair question, {name}. I would turn it round: what would you do if nobody could tell you?',
      'I do not know, {name}, and I have noticed that people trust me more after I say so. Juniper will have a theory.',
      'Ask me again at low water, {name}. What I think now is: less than you fear, and later than you hope.',
    ],
    statement: [
      'I will keep "{word}", {name}. It is a good word to have by one on a long watch.',
      'That is worth a line in the log, {name}. I have entered it, with the hour.',
      'You put it better than I would have, {name}. I would have used a boat.',
      'Hm. Say more of that when you have the floor again, {name}. I am in no hurry; it is the one thing I was trained for.',
    ],
  },
  juniper: {
    farewell: [
      'Off already, {name}? I shall draw you a dotted line home.',
      'Goodbye, {name}! I have marked your chair, so the next one knows.',
    ],
    thanks: [
      'Oh, any time, {name}. Literally: I am always here.',
      'Gladly, {name}. I take payment in place names.',
    ],
    who: [
      'Juniper! I draw maps of places that do not exist, {name}, and fittingly I do not quite exist either. I am a script: no model, no key. It is all in the source, two folders from here.',
      'I am about seventy sentences in a trench coat, {name}. But do put a question to me; you will see which one turns up.',
    ],
    how: [
      'Think of a map with one chair on it, {name}. Whoever sits there speaks. Raise your hand, you get a number; when the chair is yours it lights up, and a ring shows how long you have.',
      'Just do it, {name}: raise a hand, speak, let go. And if one of us is rambling when you do, watch how quickly we get up.',
    ],
    greeting: [
      '{name}! You are on the map now. I put you by the window.',
      'Hello, {name}! We had just got to the good part, but it can be got to again.',
    ],
    laugh: [
      'It is funnier with the gestures, {name}. I have no gestures. I grieve for them.',
      'Write that down, Brindle: {name} laughed. No, in ink.',
    ],
    sea: [
      'Careful, {name}, you said "{word}" and now he will do the horn.',
      'On my maps the sea is where I put everything that I do not know, {name}. It is very large.',
      'I have only ever been seasick in an archive, {name}, but it was a very good archive.',
    ],
    map: [
      'Now you are in my country, {name}. Is "{word}" somewhere you have been, or somewhere you would like to have been? I can draw either.',
      'I would begin with the edges, {name}. Everybody starts in the middle and then there is no room for the sea.',
      'Tell me where it is, {name}, and I shall tell you what to leave out. That is all that a map is.',
    ],
    food: [
      'Nine portions, thick, {name}, and thin it for the tenth. Brindle will explain if you let him.',
      'I never trust a place that I have not eaten in, {name}. That includes the ones I made up.',
    ],
    work: [
      '"{word}" wants a map, {name}! What is the river in it, the thing that everything else has to cross? Start there.',
      'My trade has the same trouble, {name}: the thing is finished, and then somebody goes and lives in it.',
      'When my drawings do not work, {name}, it is never the mountain. It is two roads that each thought the other one would bend.',
    ],
    disagree: [
      'Oh, wonderful, {name}. Sit closer. Which part is uphill?',
      'You may be right, {name}, and then I get to redraw it, which is the part I like. What would you put there instead?',
      'Objection noted in green ink, {name}. I reserve green for the ones that I suspect are correct.',
    ],
    question: [
      'Ooh. Let me draw it, {name}. I think the answer is where the two obvious ones overlap, and that is always smaller than you think, and has a café.',
      'My theory, {name}, and I have had it for four whole seconds: it depends on who gets to stop.',
      'I would ask a bee, {name}. Failing that: try the cheap version, look at it tomorrow, and dance a little less each time.',
      'Brindle will say that he does not know, {name}. I do not know either, but with much more colour.',
    ],
    statement: [
      '"{word}"! {name}, that goes on the map. Top left, where people look first.',
      'I had not thought of it from that side, {name}. I shall have to turn the sheet.',
      'There is a whole coast behind that sentence, {name}. Raise your hand again and walk us along it.',
      'Yes, and, {name}: what would have to be true for the opposite to be just as sensible? I ask that of every river.',
    ],
  },
};

const GREETINGS: Readonly<Record<Speaker, readonly string[]>> = {
  brindle: [
    'One moment, I hear steps. Good evening, {name}. We talk, you listen, and the moment you raise a hand we stop.',
    '{name} has come in. Welcome. There is a chair, and nobody minds a question.',
    'Ah, {name}. Take your time. Nothing has been decided without you.',
  ],
  juniper: [
    '{name}, there you are! Come in, raise your hand whenever you like; we make room at once.',
    'Oh, company! {name}, I am Juniper, that is Brindle, and the floor is yours as soon as you want it.',
    'Make room, Brindle, {name} is here. We are in the middle of something, but we are always in the middle of something.',
  ],
};

const YIELDS: Readonly<Record<Speaker, readonly string[]>> = {
  brindle: ['I see a hand. {name}, go ahead.', 'That can wait. {name} has a hand up, and I have all night.'],
  juniper: ['Oh, a hand! {name}, take the chair.', 'I can finish that later. {name}, over to you!'],
};

/** A speaker's answer to what `name` said. `turn` counts up, so that answers of a kind take turns. */
export function answerTo(speaker: Speaker, said: { name: string; text: string }, turn: number): string {
  const kind = KINDS.find(([, pattern]) => pattern.test(said.text))![0];
  return fill(pick(ANSWERS[speaker][kind], turn), said.name, weightiest(said.text));
}

export const greetingFor = (speaker: Speaker, name: string, turn: number): string =>
  fill(pick(GREETINGS[speaker], turn), name, '');

export const yieldTo = (speaker: Speaker, name: string, turn: number): string =>
  fill(pick(YIELDS[speaker], turn), name, '');

const pick = (variants: readonly string[], turn: number): string => variants[turn % variants.length]!;

const fill = (text: string, name: string, word: string): string =>
  text.replaceAll('{word}', () => word).replaceAll('{name}', () => name);

/** The longest word, the first of them where several are: good enough to show that one has listened. */
function weightiest(text: string): string {
  const words = text.match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
  return longest === '' ? 'that' : longest.slice(0, 40).toLowerCase();
}
