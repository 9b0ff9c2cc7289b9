import type { Topic } from './topic.ts';

export const bees: Topic = {
  title: 'How bees decide',
  lines: [
    ['juniper', 'Did you know that a swarm of bees looking for a home holds something very like a debate?'],
    ['brindle', 'I know they came down my chimney one May. I was not consulted.'],
    [
      'juniper',
      'A few hundred scouts fly out. Each comes back and dances for the place it found, longer for a better one. And then each one dances a little less every time.',
    ],
    ['brindle', 'Less? Even for a good place?'],
    [
      'juniper',
      'Even then. So nobody has to be argued down. The stubborn ones simply run out, and what stays alive is what new scouts keep finding good with their own eyes.',
    ],
    [
      'brindle',
      'A debate in which enthusiasm has a half-life. I should like to put that to the parish council.',
    ],
    [
      'juniper',
      'There is more. A scout that has chosen one place will bump its head into the dancers of another, with a small beep. It means: stop.',
    ],
    ['brindle', 'That is not so different from the parish council.'],
    [
      'juniper',
      'And when enough of them meet at one hollow tree, a few dozen, it is decided. They do not wait for the last vote. They wait for enough.',
    ],
    [
      'brindle',
      'Enough is a difficult number. Too small and you are hasty, too large and it rains on you while you are being thorough.',
    ],
    ['juniper', 'Ten thousand bees in the rain, being thorough. I may have to draw that.'],
  ],
};

export const railwayTime: Topic = {
  title: 'Whose clock is right',
  lines: [
    [
      'brindle',
      'When my grandmother was a girl, noon came to Bristol some ten minutes after it came to London. Both were right.',
    ],
    ['juniper', 'Then came the railway, and suddenly one of them was late.'],
    [
      'brindle',
      'For some years there was a clock at the Bristol Exchange with two minute hands. One for the sun and one for the train.',
    ],
    ['juniper', 'Two minute hands! I love a compromise that you can look at. Which one did people marry by?'],
    ['brindle', 'The sun, for weddings. The train, for leaving afterwards.'],
    ['juniper', 'So nobody ever agreed on the time. They agreed on whose time.'],
    [
      'brindle',
      'That is all that agreeing ever is. Ask any two watches. The useful question is not which is right, but which one we will both go by when it matters.',
    ],
    ['juniper', 'And if that one clock stops?'],
    [
      'brindle',
      'Then somebody must be next in charge of noon, and everybody must know who, and the old clock must not start again behind their backs.',
    ],
    ['juniper', 'You have thought about this.'],
    ['brindle', 'We had two keepers and one lamp. I thought about little else.'],
  ],
};

export const tides: Topic = {
  title: 'Tide tables',
  lines: [
    ['juniper', 'Teach me the tide in three sentences. I put arrows on everything and I know it is wrong.'],
    [
      'brindle',
      'The moon pulls, the sun pulls a little, the sea sloshes. The rest is the shape of the bay. And it is fifty minutes later tomorrow.',
    ],
    ['juniper', 'That was four.'],
    ['brindle', 'The fourth is the one that keeps you dry.'],
    ['juniper', 'There was a machine for it, was there not? All brass wheels.'],
    [
      'brindle',
      'One wheel for each rhythm in the water, and one cord over all of them. It adds up the pulls and draws next year with a pen. I saw one work. I have not felt so known since.',
    ],
    ['juniper', 'A machine that draws the future of water. And they call my maps fanciful.'],
    [
      'brindle',
      'It is only patience in brass. If a thing comes round, then listening long enough is a kind of seeing ahead.',
    ],
    ['juniper', 'And storms? No wheel for those, I think.'],
    [
      'brindle',
      'No wheel. You print the table, and beside it you hang a barometer, and you never let the one speak for the other.',
    ],
  ],
};

export const creatures: Topic = {
  title: 'Animals that take turns',
  lines: [
    [
      'juniper',
      'Today I read about marmosets. Small monkeys, enormous opinions. They call, wait about five seconds, and only then does the other one call.',
    ],
    ['brindle', 'Five seconds is longer than most people manage.'],
    [
      'juniper',
      'The young ones interrupt, and the parents answer more slowly, or turn away, until they learn. Manners, in a thing the size of a squirrel.',
    ],
    [
      'brindle',
      'We had frogs below the tower. Each male tries to call just when his neighbour does not. From far off it sounds like a plan.',
    ],
    ['juniper', 'And is it a plan?'],
    [
      'brindle',
      'It is ten thousand refusals to be talked over. From far off that is hard to tell from a plan.',
    ],
    [
      'juniper',
      'There are wrens in the Andes that sing one song between two birds, back and forth so quickly that it sounds like one. When one falls silent, the other leaves the gaps in.',
    ],
    ['brindle', 'Leaves the gaps in. That is the loneliest thing I have heard this month.'],
    ['juniper', 'Or the most hopeful. It keeps the place free.'],
    ['brindle', 'When my colleague retired I went on setting out two cups. For the symmetry, I told myself.'],
    ['juniper', 'There are two cups now, you know. I brought the chipped one.'],
  ],
};

export const winds: Topic = {
  title: 'Naming the winds',
  lines: [
    [
      'brindle',
      'Sailors had a name for each wind, as one has for dogs. You did not say a north-easter was strong. You said she was out.',
    ],
    [
      'juniper',
      'I collect those. Mistral, sirocco, harmattan, the Helm. Did you know there is a wind in Switzerland to which people attribute their headaches and their divorces?',
    ],
    ['brindle', 'A useful wind. Ours was only good for washing.'],
    ['juniper', 'Then came the admiral with his scale, and all of it was a number from nought to twelve.'],
    [
      'brindle',
      'Do not mock Beaufort. He did not measure the air. He wrote what the ship could carry: sails so, topmasts so. He measured the wind by what it let you do.',
    ],
    ['juniper', 'Oh, that is good. As if one measured a meeting by how much was still possible afterwards.'],
    ['brindle', 'Force nought: smoke rises straight up, everybody agrees, nobody listens.'],
    [
      'juniper',
      'Force six: umbrellas used with difficulty, large branches in motion, somebody says "with respect".',
    ],
    ['brindle', 'Force ten: trees uprooted. The minutes are lost.'],
    [
      'juniper',
      'I am going to print that, and you will have half of the money, and I shall put your rock back where it belongs.',
    ],
  ],
};
