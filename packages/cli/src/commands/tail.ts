import type { DurableWireEvent } from '@parley/client';
import { http } from '@parley/client';
import type { ConversationAddress } from '../address.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { followEvents } from '../follow.ts';
import { plainLine } from '../terminal/plain-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printJson, printLine, styled } from '../terminal/terminal.ts';
import type { Names } from '../wording.ts';
import { inWords, learnNames } from '../wording.ts';

export interface TailOptions {
  readonly address: ConversationAddress;
  readonly token?: string | undefined;
  /** How many of the events before now come first. */
  readonly last: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Follows a conversation without joining it, one line per event, until it ends or the user has enough. */
export async function tail(options: TailOptions, terminal: Terminal): Promise<ExitCode> {
  const { conversation } = options.address;
  const { signal } = options;
  const hub = http(options.address.hub, { token: options.token });
  const view = await hub.getConversation(conversation, { signal });
  const names: Names = new Map(view.participants.map(({ id, displayName }) => [id, plainLine(displayName)]));
  const events = followEvents({
    hub,
    conversation,
    after: Math.max(0, view.seq - options.last),
    signal,
    onLost: () => printLine(terminal.stderr, 'connection lost, trying again'),
  });
  for await (const event of events) {
    learnNames(names, event);
    if (options.json) printJson(terminal.stdout, event);
    else printWords(event, names, terminal);
    if (event.event === 'conversation.ended') break;
  }
  return EXIT.ok;
}

function printWords(event: DurableWireEvent, names: Names, terminal: Terminal): void {
  const words = inWords(event, names);
  if (words === null) return;
  const time = styled(terminal.stdout, 'dim', event.at.slice(11, 19));
  // Further lines of one utterance stand below its first.
  printLine(terminal.stdout, `${time} ${words.replaceAll('\n', '\n         ')}`);
}
