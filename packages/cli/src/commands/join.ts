import { userInfo } from 'node:os';
import { connect } from '@parley/client';
import type { ConversationAddress } from '../address.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { runLines } from '../join/line-mode.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printLine } from '../terminal/terminal.ts';

export interface JoinOptions {
  readonly address: ConversationAddress;
  readonly token?: string | undefined;
  readonly name?: string | undefined;
  readonly observe: boolean;
  /** Called while one is away; one stays a member when the program ends, unless one says /leave. */
  readonly webhook?: string | undefined;
  /** How one's own view is kept, where not as the conversation says. */
  readonly consistency?: string | undefined;
  /** Lines even on a terminal. */
  readonly lines: boolean;
  /** Events as JSON lines; implies `lines`. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** How many of the last events come along when joining. */
const CATCH_UP_EVENTS = 200;

/** Takes part in a conversation as a human, on a full screen or, without a terminal, line by line. */
export async function join(options: JoinOptions, terminal: Terminal): Promise<ExitCode> {
  const { address, signal } = options;
  const fullScreen = !options.lines && !options.json && terminal.stdin.isTTY && terminal.stdout.isTTY;
  // An interrupt ends the attempt to get in; once inside, it is a wish to leave, which takes a connection.
  const arriving = new AbortController();
  const giveUp = (): void => arriving.abort();
  signal.addEventListener('abort', giveUp);
  const connection = await connect(address.hub, {
    client: 'parley-cli',
    signal: arriving.signal,
    ...(options.token === undefined ? {} : { token: options.token }),
  });
  try {
    const room = await connection.join(address.conversation, {
      kind: 'human',
      displayName: options.name ?? userInfo().username,
      interface: { name: 'terminal', streaming: fullScreen, notifications: options.webhook !== undefined },
      catchUp: { last: CATCH_UP_EVENTS },
      signal: arriving.signal,
      ...(options.observe ? { roles: ['observer'] } : {}),
      ...(options.webhook === undefined ? {} : { async: true, webhook: { url: options.webhook } }),
      ...(options.consistency === undefined ? {} : { consistency: { kind: options.consistency } }),
      ...(address.invite === undefined ? {} : { invite: address.invite }),
    });
    signal.removeEventListener('abort', giveUp);
    const notice = (text: string): void => printLine(terminal.stderr, text);
    if (room.webhookSecret !== null) notice(`Calls of your webhook are signed with ${room.webhookSecret}`);
    let toLeave = options.webhook === undefined;
    if (fullScreen) {
      // React and ink are only loaded where there is a screen.
      const { runScreen } = await import('../join/screen.ts');
      toLeave = (await runScreen(room, connection, terminal, signal)) || toLeave;
    } else {
      const asked = await runLines(room, terminal, {
        json: options.json,
        signal,
        now: () => connection.serverNow(),
      });
      toLeave = asked || toLeave;
    }
    const { closed } = room;
    if (closed === null && toLeave) await room.leave();
    else if (closed === null) {
      notice('You stay a member, and your webhook is called; /leave ends that.');
      if (options.token === undefined) notice(`To come back as the same: PARLEY_TOKEN=${connection.token}`);
    } else if (closed.error) throw closed.error;
    else if (closed.cause === 'ended') notice('The conversation has ended.');
    else if (closed.cause === 'replaced') {
      throw new CliError(EXIT.refused, 'You joined from somewhere else; this window is closed.');
    }
    return EXIT.ok;
  } finally {
    await connection.close();
  }
}
