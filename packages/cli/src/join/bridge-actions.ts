import type { Room } from '@parley/client';
import type { ConversationView } from '@parley/core';
import { plainLine } from '../terminal/plain-text.ts';
import type { BridgeInput } from './bridge-commands.ts';
import { nameIn } from './floor-calls.ts';
import type { Found } from './names.ts';
import { whoIs } from './names.ts';

type Notice = (text: string) => void;
type Bridge = ConversationView['bridges'][number];

/** Carries out what a moderator wants of bridges. What makes no sense now is a notice; refusals are thrown. */
export async function actOnBridges(room: Room, input: BridgeInput, notice: Notice): Promise<void> {
  switch (input.kind) {
    case 'bring': {
      const { status } = await room.bridges.add(input.request);
      const name = plainLine(input.request.displayName);
      return notice(
        status === 'active'
          ? `${name} is brought in; /bridges shows what keeps it away.`
          : `${name} waits for a human moderator to approve.`,
      );
    }
    case 'bridges':
      for (const line of bridgeLines(room.view)) notice(line);
      return;
    case 'approve':
    case 'dismiss': {
      const { found, problem } = bridgeBy(room.view, input.which);
      if (problem !== undefined) return notice(problem);
      if (input.kind === 'approve') await room.bridges.approve(found.bridge);
      else await room.bridges.remove(found.bridge);
      const name = plainLine(found.displayName);
      return notice(input.kind === 'approve' ? `${name} is let in.` : `${name} is sent away.`);
    }
  }
}

/** One line for each, with the number by which it is approved or dismissed. */
export const bridgeLines = (view: ConversationView): string[] =>
  view.bridges.length === 0
    ? ['Nobody was brought in.']
    : view.bridges.map((bridge, index) => `${index + 1}. ${bridgeLine(view, bridge)}`);

function bridgeLine(view: ConversationView, bridge: Bridge): string {
  const { displayName, kind, engagement, status, problem, addedBy } = bridge;
  const who = `${plainLine(displayName)} (${kind}, ${plainLine(engagement.kind)})`;
  if (status === 'pending')
    return `${who}: asked for by ${addedBy === null ? 'the hub' : nameIn(view, addedBy)}`;
  return problem === null ? who : `${who}: ${plainLine(problem.message)} [${plainLine(problem.code)}]`;
}

/** By the number that /bridges shows, or by name. */
export function bridgeBy({ bridges }: ConversationView, which: string): Found<Bridge> {
  const numbered = /^\d+$/.test(which) ? bridges[Number(which) - 1] : undefined;
  if (numbered) return { found: numbered };
  const { found, problem } = whoIs(
    which,
    bridges.map(({ bridge, displayName }) => ({ id: bridge, displayName })),
  );
  if (problem !== undefined) return { problem };
  return { found: bridges.find(({ bridge }) => bridge === found.id)! };
}

/** Tells a moderator whom agents want to bring in, and what keeps somebody away. Returns how to stop. */
export function tellBridges(room: Room, notice: Notice): () => void {
  return room.on((event) => {
    if (event.event === 'bridge.added' && event.data.status === 'pending' && event.by !== room.me) {
      const number = numberOf(room.view, event.data.bridge);
      const asks = event.by === undefined ? 'Somebody' : nameIn(room.view, event.by);
      const whom = `${plainLine(event.data.displayName)} (${event.data.kind})`;
      notice(`${asks} asks to bring in ${whom}: /approve ${number} or /dismiss ${number}`);
    }
    if (event.event === 'bridge.reported' && event.data.problem !== null) {
      const { bridge, problem } = event.data;
      const name = room.view.bridges.find((each) => each.bridge === bridge)?.displayName ?? bridge;
      notice(`${plainLine(name)} is kept away: ${plainLine(problem.message)}`);
    }
  });
}

const numberOf = ({ bridges }: ConversationView, id: string): number =>
  bridges.findIndex(({ bridge }) => bridge === id) + 1;
