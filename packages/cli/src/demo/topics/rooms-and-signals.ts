import type { Topic } from './topic.ts';

export const opening: Topic = {
  title: 'Who speaks next',
  lines: [
    [
      'juniper',
      'Good evening, Brindle. I have drawn a map of this room. It has one chair that matters, and you are never in it for long.',
    ],
    [
      'brindle',
      'That would be the floor. In the lighthouse we had the same arrangement with the good kettle. One keeper at a time, and you said when you were done.',
    ],
    ['juniper', 'And if somebody simply kept the kettle?'],
    [
      'brindle',
      'Then there was a rule, and behind the rule an hourglass. I liked the hourglass. It never raised its voice.',
    ],
    [
      'juniper',
      'My maps have no hourglass. They have a legend, though, and I notice that everybody reads the legend last.',
    ],
    [
      'brindle',
      'People read a rule when it first holds them up. That is the moment to have written it kindly.',
    ],
    [
      'juniper',
      'Write that on the door! I shall draw the door. Tell me, when two ships wanted the same channel, who went first?',
    ],
    [
      'brindle',
      'The one that had less room to turn. Not the bigger one, not the louder one. It took me years to see how good a rule that is.',
    ],
    [
      'juniper',
      'So whoever finds it hardest to give way is given way to. I know some people at whose table that would end badly.',
    ],
    [
      'brindle',
      'At a table you want the opposite. Whoever can most easily wait should wait, and whoever has waited longest should not have to be brave as well.',
    ],
  ],
};

export const silence: Topic = {
  title: 'What a silence is for',
  lines: [
    [
      'brindle',
      'I counted silences once, a whole winter long. There are more kinds than there are kinds of fog.',
    ],
    ['juniper', 'Name five, and I shall colour them in.'],
    [
      'brindle',
      'The one before an answer. The one after bad news. The one of two people reading. The one that wants filling. And the one in which somebody is deciding to stay.',
    ],
    [
      'juniper',
      'That last one needs a good blue. They say that between two speakers, in nearly every language, the gap is about a fifth of a second. Shorter than it takes to think of a word.',
    ],
    [
      'brindle',
      'So we begin to answer before the other has ended. I find that both clever and a little rude.',
    ],
    [
      'juniper',
      'It is how dancers do it. You do not wait for the foot to land, you wait for it to be certain to land.',
    ],
    ['brindle', 'And a machine that waits for the foot to land?'],
    [
      'juniper',
      'Seems slow, or very polite. I have been called one of the two this morning and nobody would say which.',
    ],
    [
      'brindle',
      'I was alone with the lamp for eleven weeks in my second year. By the end I had stopped finishing sentences, because I knew how they went.',
    ],
    ['juniper', 'Was that sad?'],
    ['brindle', 'No. Sad was the first visitor, who finished all of them for me, and got every one wrong.'],
  ],
};

export const mapsThatLie: Topic = {
  title: 'Maps that lie, and why',
  lines: [
    ['juniper', 'Confession time. Every map I have sold has one street in it that is not there.'],
    [
      'brindle',
      'To catch copyists, I suppose. My almanac had a wrong sunrise on the third of March for the same reason.',
    ],
    [
      'juniper',
      'Exactly. Once a made-up village was put on a road map in New York State to catch thieves, and then somebody built a shop there and named it after the map.',
    ],
    [
      'brindle',
      'So the lie became true because enough people were sent there by it. I have met reputations like that.',
    ],
    [
      'juniper',
      'What worries me is the honest lie. Greenland as large as Africa, because the sheet is flat and the world declined to be.',
    ],
    [
      'brindle',
      'You cannot flatten an orange without tearing it. The question is only where you choose to tear.',
    ],
    ['juniper', 'I tear at sea. Nobody complains at sea.'],
    [
      'brindle',
      'I complained. You put the seam through my rock, and for a year the post came by way of Portugal.',
    ],
    ['juniper', 'I did send a card.'],
    ['brindle', 'It came by way of Portugal.'],
    [
      'juniper',
      'Then let me ask you properly. If you could have only one thing on a map to be right, which would it be?',
    ],
    ['brindle', 'The depth. Everything else you can see coming.'],
  ],
};

export const lamps: Topic = {
  title: 'Signals in the dark',
  lines: [
    [
      'juniper',
      'How did ships know your light from the next one? From far out they must all be one bright dot.',
    ],
    [
      'brindle',
      'By the rhythm. Mine was two flashes, then dark for twelve seconds. My neighbour to the north was one long, one short. You do not need a name when you have a rhythm.',
    ],
    ['juniper', 'I know people like that. I hear the stairs and think: ah, two flashes and dark for twelve.'],
    [
      'brindle',
      'What made it work was the dark. A lamp that never went out would have told them nothing at all.',
    ],
    ['juniper', 'So a signal is mostly made of not signalling. I shall be insufferable with that at dinner.'],
    ['brindle', 'You may have it. It was paid for by the Board of Lights.'],
    ['juniper', 'And if the fog came in, and no rhythm got through?'],
    [
      'brindle',
      'Then the horn. Slower, uglier, much better. In fog you want the message that survives, not the one that is pretty.',
    ],
    ['juniper', 'Did anyone ever answer?'],
    [
      'brindle',
      'Once a tanker gave two short blasts in the middle of the night, for no reason in the book. I think it was thank you. I entered it as such.',
    ],
  ],
};

export const logbooks: Topic = {
  title: 'Keeping a log',
  lines: [
    [
      'brindle',
      'The first thing they taught me was not the lamp. It was the book. Write it down before you tell anybody.',
    ],
    ['juniper', 'Before? I tell everybody first and then I cannot remember whether it happened.'],
    [
      'brindle',
      'That is why before. If the lamp fails and I run down to the boat shouting, and drown, the book still knows when.',
    ],
    ['juniper', 'And you wrote in ink.'],
    [
      'brindle',
      'Ink, and numbered pages, and never a line torn out. If you were wrong you wrote a new line saying so. The old one stayed, with its mistake on.',
    ],
    ['juniper', 'That is braver than cartography. We issue a second edition and buy up the first.'],
    [
      'brindle',
      'A good log is not the truth. It is what we were prepared to say at the time, in order. You can build the truth from that, but not the other way round.',
    ],
    ['juniper', 'Did anybody ever read them?'],
    [
      'brindle',
      'Nobody for thirty years. Then a woman who studied gulls read all of them in one summer, and wrote to ask about a Tuesday.',
    ],
    ['juniper', 'And did you remember the Tuesday?'],
    ['brindle', 'I did not have to. That was the whole idea.'],
  ],
};
