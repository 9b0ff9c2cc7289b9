import type { InterruptReply, Room } from '@parley/client';
import type { BallotView, CommandData } from '@parley/core';
import { interruptionPolicies, turnStrategies } from '@parley/core';
import { plainLine, plainText } from '../terminal/plain-text.ts';
import type { FloorInput } from './floor-commands.ts';
import { isAsked } from './floor-commands.ts';
import { nameIn, voteForm, voteMethod } from './floor-calls.ts';
import { isBidding } from './floor-line.ts';
import type { Found } from './names.ts';
import { listed, namedWholly, whichKind, whoIs } from './names.ts';

type Notice = (text: string) => void;
type Choice = CommandData['vote.cast']['choice'];
type Of<K extends FloorInput['kind']> = FloorInput & { readonly kind: K };

/** Carries out what a person wants of the floor. What makes no sense now is a notice; refusals are thrown. */
export async function actOnFloor(room: Room, input: FloorInput, notice: Notice): Promise<void> {
  switch (input.kind) {
    case 'bid':
      return bid(room, input, notice);
    case 'pass':
      return pass(room, notice);
    case 'vote':
      return vote(room, input.choices, notice);
    case 'answer':
      return answer(room, input.yes, notice);
    case 'interrupt':
      return interrupt(room, input, notice);
    case 'yield':
      return giveWay(room, notice);
    case 'resume':
      if (room.view.status !== 'paused') return notice('The conversation is not paused.');
      await room.send('conversation.resume');
      return;
    case 'credits':
      for (const line of creditLines(room)) notice(line);
      return;
    case 'revoke':
      return revoke(room, input.name, notice);
    case 'mute':
    case 'unmute':
      return mute(room, input, notice);
    case 'extend':
      return room.floor.extend(input.ms);
    case 'strategy':
    case 'policy':
      return reconfigure(room, input, notice);
  }
}

/** In the window that is open; without one it opens one, or stands for the next (TS-3). */
async function bid(room: Room, { urgency, amount, preview }: Of<'bid'>, notice: Notice): Promise<void> {
  const { view, floor } = room;
  if (!isBidding(view)) {
    return notice(`Turns are not bid for here (${view.config.floor.strategy.kind}); /hand raises your hand.`);
  }
  const wish = {
    urgency,
    ...(preview === undefined ? {} : { preview: plainText(preview) }),
    ...(amount === undefined ? {} : { amount: { currency: view.config.credits.currency, value: amount } }),
  };
  if (view.floor.window) {
    await room.bids.place(wish);
    return notice('Your bid is in.');
  }
  const { status } = await floor.request(wish);
  if (status !== 'granted') notice(status === 'denied' ? 'You did not get this turn.' : 'Your bid is in.');
}

async function pass(room: Room, notice: Notice): Promise<void> {
  if (room.view.floor.window) {
    await room.bids.pass();
    return notice('You leave this turn to others.');
  }
  if (room.floor.mine) return room.floor.release();
  notice('There is nothing to pass on: no bids are taken, and the floor was not offered to you.');
}

async function vote(room: Room, choices: readonly string[], notice: Notice): Promise<void> {
  const { ballot } = room.view.floor;
  if (!ballot) return notice('No vote is open.');
  const choice = choiceOf(room, ballot, choices);
  if (choice.problem !== undefined) return notice(choice.problem);
  await room.vote(ballot.ballot, choice.found);
  notice('Your vote is in; until the close you can vote again.');
}

/** What was typed, as the ballot's kind and method take it. */
export function choiceOf(
  { view }: Pick<Room, 'view'>,
  ballot: BallotView,
  choices: readonly string[],
): Found<Choice> {
  const [first = ''] = choices;
  const word = choices.length === 1 ? first.toLowerCase() : '';
  if (word === 'abstain') return { found: 'abstain' };
  if (ballot.kind === 'motion') {
    if (word === 'yes' || word === 'no') return { found: word };
    return { problem: 'This is a motion: /vote yes, /vote no or /vote abstain.' };
  }
  const candidates = ballot.candidates.map((id) => ({ id, displayName: nameIn(view, id) }));
  const ids: string[] = [];
  for (const name of choices) {
    const { found, problem } = whoIs(name, candidates);
    if (problem !== undefined) return { problem };
    if (ids.includes(found.id)) return { problem: `You name ${found.displayName} twice.` };
    ids.push(found.id);
  }
  if (voteMethod(view) !== 'plurality') return { found: ids };
  return ids.length === 1
    ? { found: ids[0]! }
    : { problem: `Everybody has one vote here: /vote ${voteForm(view)}.` };
}

async function answer(room: Room, yes: boolean, notice: Notice): Promise<void> {
  const { ballot, interruption } = room.view.floor;
  if (interruption.state !== 'none' && isAsked(room.view, room.me)) {
    return room.floor.answer(interruption.interruption, yes);
  }
  if (ballot?.kind === 'motion') return vote(room, [yes ? 'yes' : 'no'], notice);
  notice('Nobody has asked you, and no motion is open.');
}

async function interrupt(room: Room, { reason }: Of<'interrupt'>, notice: Notice): Promise<void> {
  const text = reason === undefined ? {} : { reason: plainLine(reason) };
  notice(outcomeOf(room, await room.floor.interrupt(text)));
}

function outcomeOf({ view }: Room, reply: InterruptReply): string {
  switch (reply.outcome) {
    case 'granted':
      return 'You have the floor: type and press Enter.';
    case 'denied':
      return `You may not interrupt: ${plainLine(reply.message ?? reply.code ?? '')} /hand raises your hand.`;
    case 'queued':
      return 'You wait for your turn.';
    case 'asked':
      return `${listed(view.floor.holders.map((holder) => nameIn(view, holder.participant)))} will be asked.`;
    case 'voting':
      return 'The others vote on it.';
    case 'overlap':
      return 'You both have the floor: type and press Enter.';
    case 'deferred':
      return 'The turn has only just begun; it is decided in a moment.';
  }
}

/** In an overlap the other one goes on; otherwise it is the end of one's turn. */
async function giveWay(room: Room, notice: Notice): Promise<void> {
  const { interruption } = room.view.floor;
  if (!room.floor.mine) return notice('You do not have the floor.');
  const { me } = room;
  const overlaps =
    interruption.state === 'overlap' && (interruption.holder === me || interruption.participant === me);
  return overlaps ? room.signal('yield') : room.floor.release();
}

/** One's own account; all of them for moderators. */
export function creditLines({ view, me }: Pick<Room, 'view' | 'me'>): string[] {
  if (view.credits.length === 0) return ['You have no account here.'];
  return view.credits.map(({ participant, currency, balance, escrow }) => {
    const who = participant === me ? 'You have' : `${nameIn(view, participant)} has`;
    const held = escrow === 0 ? '' : `, and ${escrow} in escrow`;
    return `${who} ${balance} ${plainLine(currency)}${held}`;
  });
}

async function revoke(room: Room, name: string | undefined, notice: Notice): Promise<void> {
  const { view } = room;
  const holders = view.floor.holders.map(({ participant }) => ({
    id: participant,
    displayName: nameIn(view, participant),
  }));
  const [first, second] = holders;
  if (!first) return notice('Nobody has the floor.');
  if (name === undefined && second) {
    return notice(`Whose? ${listed(holders.map(({ displayName }) => displayName))} have the floor.`);
  }
  const { found, problem } = name === undefined ? { found: first } : whoIs(name, holders);
  if (problem !== undefined) return notice(problem);
  await room.floor.revoke(found.id);
}

async function mute(room: Room, input: Of<'mute'> | Of<'unmute'>, notice: Notice): Promise<void> {
  const { view } = room;
  const among = input.kind === 'mute' ? view.participants : view.participants.filter(({ muted }) => muted);
  const whole = input.kind === 'mute' ? namedWholly(input.typed, among) : undefined;
  if (whole) return room.mute(whole.id);
  const { found, problem } = whoIs(input.name, among);
  if (problem !== undefined) return notice(problem);
  if (input.kind === 'mute') return room.mute(found.id, input.ms === undefined ? {} : { ms: input.ms });
  await room.unmute(found.id);
}

async function reconfigure(
  room: Room,
  { kind, name }: Of<'strategy' | 'policy'>,
  notice: Notice,
): Promise<void> {
  const { config } = room.view;
  const known = Object.keys(kind === 'strategy' ? turnStrategies : interruptionPolicies);
  const now = kind === 'strategy' ? config.floor.strategy.kind : config.interruption.kind;
  if (name === undefined) return notice(`The ${kind} is ${now}; it can be ${listed(known, 'or')}.`);
  const { found, problem } = whichKind(name, known);
  if (problem !== undefined) return notice(problem);
  if (found === now) return notice(`The ${kind} is ${now} already.`);
  const change =
    kind === 'strategy' ? { floor: { strategy: { kind: found } } } : { interruption: { kind: found } };
  await room.send('conversation.configure', { config: change });
  notice(`The ${kind} is ${found} now.`);
}
