import type { Topic } from './topic.ts';

export const jazz: Topic = {
  title: 'Trading fours',
  lines: [
    [
      'brindle',
      'The supply boat had a clarinettist for a mate. He explained to me how four people can make a tune up together without meeting in the middle of it.',
    ],
    ['juniper', 'Do tell. My cousins have been trying for years and they have only two verbs.'],
    [
      'brindle',
      'You trade fours. I play four bars, you play four bars. But you begin with the last thing that I said.',
    ],
    ['juniper', 'So the rule is not only whose turn it is. The rule is that you must have been listening.'],
    ['brindle', "He said that anybody can wait for his turn. The craft is to need the other one's turn."],
    ['juniper', 'And if someone goes over his four?'],
    ['brindle', 'The drummer plays something very plain and very loud. He called it the look, but for ears.'],
    ['juniper', 'I want a drummer at the geographical society.'],
    [
      'brindle',
      'Also they leave mistakes where they fall. You play the wrong note again, on purpose, and now it is a theme.',
    ],
    ['juniper', 'Then my whole third atlas is a theme. How reassuring.'],
  ],
};

export const queues: Topic = {
  title: 'In praise of queues',
  lines: [
    [
      'juniper',
      'I stood in a line at the post office today, and for once I looked at it as a map. It is the only map that moves up when you are patient.',
    ],
    [
      'brindle',
      'There is a whole science of it. A Dane worked it out for telephones, more than a hundred years ago: how many lines for a town, so that few will find them busy.',
    ],
    ['juniper', 'And the answer?'],
    [
      'brindle',
      'That everything is well until it is nearly full. At nine tenths busy the wait is not a bit worse, it is ten times worse. People always think they will notice it coming.',
    ],
    [
      'juniper',
      'So one should keep a tenth empty on purpose. My desk disagrees, but my desk has always been wrong.',
    ],
    [
      'brindle',
      'What I admire in a queue is that it forgets who you are. The duchess is behind the plumber, because the plumber came at ten past.',
    ],
    ['juniper', 'Until somebody says, would you mind, I only have the one parcel.'],
    [
      'brindle',
      'And then everybody looks at the one behind the counter. That is what rules are for. So that one person with a parcel does not have to be decided about by nine people with feelings.',
    ],
    ['juniper', 'I let her in. It was a very small parcel.'],
    ['brindle', 'Of course you did. But did you ask those behind you?'],
    ['juniper', 'I did not, and you knew that before you asked, and that is force six with respect.'],
  ],
};

export const slowLetters: Topic = {
  title: 'Conversations that take years',
  lines: [
    [
      'brindle',
      'I have a game of chess by post with a man in Tromsø. We are at move nineteen. It began when we both had hair.',
    ],
    ['juniper', 'Do you remember what you were planning at move six?'],
    [
      'brindle',
      'I write the plan on the back of his last card, and put it in the box. When the next one comes I read what I was thinking, and argue with it.',
    ],
    ['juniper', 'So there are three of you: he, you, and the you from the spring before.'],
    ['brindle', 'The one from the spring is the strongest player. He had more time.'],
    [
      'juniper',
      'I like that nobody calls it a slow conversation while it goes on. It is only slow if you stand beside it.',
    ],
    [
      'brindle',
      'A talk is not over because everybody has gone home. It is over when nobody would know what to say next.',
    ],
    ['juniper', 'And if he dies, your man in Tromsø?'],
    ['brindle', 'We have agreed on that. His niece has the box, and she plays the Caro-Kann.'],
    ['juniper', 'You have arranged for a successor to one side of a chess game.'],
    ['brindle', 'One keeper goes off watch, another comes on. The light is the same light.'],
  ],
};

export const questions: Topic = {
  title: 'What makes a good question',
  lines: [
    [
      'juniper',
      'I have a theory that a question is a map with one blank left in it, drawn so well that you can see the shape of what is missing.',
    ],
    ['brindle', 'Then most questions that I am asked are maps of the person asking.'],
    ['juniper', 'Ha. Such as?'],
    ['brindle', '"Was it not terribly lonely?" They have it filled in already. They want me to sign.'],
    ['juniper', 'And the best one you were ever asked?'],
    ['brindle', 'A child, perhaps six, looked at the lamp and said: who is it for when there is no ship?'],
    ['juniper', 'Oh. What did you say?'],
    [
      'brindle',
      'I said I would find out. I have been finding out since. I think it is for the ship that would have been there, had there been no lamp.',
    ],
    [
      'juniper',
      'My best one was from a customs man. He opened my case, saw the maps of places that do not exist, and asked whether I had anything to declare.',
    ],
    ['brindle', 'And had you?'],
    ['juniper', 'Two continents and an inland sea. He let me keep the sea.'],
  ],
};

export const errata: Topic = {
  title: 'Mistakes worth keeping',
  lines: [
    ['brindle', 'Tell me a mistake that you would not give back.'],
    [
      'juniper',
      'I once drew a river uphill. A hydrologist wrote me four furious pages, and in the fourth she explained how it could be done. We had lunch for eleven years.',
    ],
    [
      'brindle',
      'Mine was to light the lamp an hour early, because I had misread the table. A boat that should not have been out saw it and came in.',
    ],
    ['juniper', 'Did you enter it as a mistake?'],
    [
      'brindle',
      'I entered: lamp lit 16.40, in error. Boat in, 17.05. I left it to the reader to put an arrow between the two.',
    ],
    ['juniper', 'You would have made a good poet, if anybody had ever threatened you with it.'],
    ['brindle', 'The Board docked me an hour of oil.'],
    [
      'juniper',
      "There is a printer's word for the list at the front of a book where it owns up. Errata. I always read that page first. It tells you how the author behaves when caught.",
    ],
    ['brindle', 'Yours runs to nine pages.'],
    ['juniper', 'And has a foreword! Nine pages of me being caught, Brindle, and every one of them signed.'],
  ],
};

export const soup: Topic = {
  title: 'Soup for an uncertain number',
  lines: [
    ['juniper', 'Practical matter. I have invited people for Sunday, and I do not know how many.'],
    ['brindle', 'Soup. Soup is the only dish that does not need to know.'],
    ['juniper', 'How much, then, for between four and fourteen?'],
    [
      'brindle',
      'For nine, thick, with a kettle kept hot. You thin for the tenth and nobody is told they were the tenth.',
    ],
    [
      'juniper',
      'That is hospitality as hydraulics. What if somebody comes late, when the others have moved on to the pears?',
    ],
    [
      'brindle',
      'Then one of us tells them in two sentences what has been said, and they get soup while the rest have pears. Nobody starts over. Nobody pretends that nothing was missed.',
    ],
    ['juniper', 'In two sentences? They will miss your story about the bishop.'],
    ['brindle', 'They may ask for it. That is what later is for.'],
    ['juniper', 'And if nobody comes at all?'],
    [
      'brindle',
      'Then we keep it warm, and say nothing to the empty chairs. One does not perform for furniture.',
    ],
    ['juniper', 'I have performed for furniture. It was a very attentive wardrobe.'],
  ],
};
