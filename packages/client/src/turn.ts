import type { ReportedFailure, Seq, SpeechPart } from '@parley/core';
import type { Closing, FloorRequestData, SayOptions, Turn, TurnOptions } from './api.ts';
import { abortable, untilAborted } from './cancellation.ts';
import { ParleyError } from './errors.ts';
import type { RoomFloor } from './floor.ts';
import { GrantWatch } from './grant-watch.ts';
import type { WatchedRoom } from './grant-watch.ts';
import type { LiveUtterance, SpeechRoom } from './speech.ts';
import { say, startUtterance } from './speech.ts';

/** A source may yield a whole essay at once; it is cut so that utterances end near their bound. */
const PIECE_CHARACTERS = 4_000;

export interface TurnRoom extends WatchedRoom, SpeechRoom {
  readonly floor: RoomFloor;
  /** For failures that have no caller left to tell. */
  report(error: unknown): void;
}

export type TurnRequest = FloorRequestData & TurnOptions;

/**
 * One turn from the request to the release. The request is withdrawn when `signal` aborts while
 * waiting; the floor is given back whatever `work` does.
 */
export async function withFloor<T>(
  room: TurnRoom,
  work: (turn: Turn) => Promise<T>,
  { signal, retry = true, failed = () => null, ...request }: TurnRequest,
): Promise<T> {
  const { watch, grant } = await won(room, request, signal, retry);
  try {
    const turn = new HeldTurn(room, grant, watch, signal);
    const result = await work(turn).catch(async (error: unknown) => {
      if (!watch.lost.aborted) {
        // Whoever is being stopped has not failed.
        const failure = signal?.aborted ? null : failed(error);
        await giveBack(room, failure).catch((unreleased: unknown) => room.report(unreleased));
      }
      throw error;
    });
    if (!watch.lost.aborted) await giveBack(room);
    return result;
  } finally {
    watch.stop();
  }
}

/** Asks until the floor is had; of refusals only a lost bid is worth another try (TS-3). */
async function won(
  room: TurnRoom,
  request: FloorRequestData,
  signal: AbortSignal | undefined,
  retry: boolean,
): Promise<{ watch: GrantWatch; grant: Seq }> {
  for (;;) {
    const watch = new GrantWatch(room, room.floor.finished);
    try {
      return { watch, grant: await obtain(room, watch, request, signal) };
    } catch (error) {
      watch.stop();
      const lost = error instanceof ParleyError && error.code === 'client.floor_lost';
      if (!retry || !lost || error.details['cause'] !== 'bid.lost') throw error;
    }
  }
}

async function obtain(
  room: TurnRoom,
  watch: GrantWatch,
  request: FloorRequestData,
  signal: AbortSignal | undefined,
): Promise<Seq> {
  try {
    const held = room.floor.mine;
    if (held) watch.adopt(held.grant);
    else await ask(room, watch, request, signal);
    const grant = await watch.granted(signal);
    watch.lost.throwIfAborted();
    return grant;
  } catch (error) {
    if (signal?.aborted) withdraw(room);
    throw error;
  }
}

async function ask(
  room: TurnRoom,
  watch: GrantWatch,
  request: FloorRequestData,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const { grant } = await room.floor.request(request, signal && { signal });
    watch.answered(grant);
  } catch (error) {
    // It was offered while the request was on its way; the event is on its own.
    if (!(error instanceof ParleyError) || error.code !== 'floor.already_holder') throw error;
  }
}

/** The caller is gone: whether this succeeds or not, the hub or its timers get the floor back. */
function withdraw(room: TurnRoom): void {
  if (room.closed) return;
  room.floor
    .cancel()
    .then(({ cancelled }) => (cancelled ? undefined : giveBack(room)))
    .catch((error: unknown) => room.report(error));
}

/** Losing the floor in the very moment of giving it back is no failure. */
async function giveBack(room: TurnRoom, failed: ReportedFailure | null = null): Promise<void> {
  if (room.closed) return;
  try {
    await room.floor.release(failed === null ? {} : { failed });
  } catch (error) {
    const gone =
      error instanceof ParleyError && ['floor.not_holder', 'floor.stale_grant'].includes(error.code);
    if (!gone && !room.closed) throw error;
  }
}

class HeldTurn implements Turn {
  readonly grant: Seq;
  readonly signal: AbortSignal;
  readonly #room: TurnRoom;
  readonly #watch: GrantWatch;

  constructor(room: TurnRoom, grant: Seq, watch: GrantWatch, signal: AbortSignal | undefined) {
    this.#room = room;
    this.#watch = watch;
    this.grant = grant;
    this.signal = signal ? AbortSignal.any([watch.lost, signal]) : watch.lost;
  }

  say(text: string, options: SayOptions = {}): Promise<{ readonly utterance: string }> {
    const signal = options.signal ? AbortSignal.any([this.signal, options.signal]) : this.signal;
    const said = () =>
      abortable(say(this.#room, this.grant, text, { final: false, ...options, signal }), signal);
    return options.final === true ? this.#release(said) : said();
  }

  /** The last words of a turn give the floor back themselves. */
  async #release<T>(lastWords: () => Promise<T>): Promise<T> {
    const done = this.#watch.releasing();
    try {
      const said = await lastWords();
      this.#room.floor.over(this.grant);
      done(true);
      return said;
    } catch (error) {
      done(false);
      throw error;
    }
  }

  async stream(
    pieces: AsyncIterable<string | SpeechPart>,
    options: SayOptions & { readonly closing?: () => Closing } = {},
  ): Promise<string> {
    const { final = false, expectsReply, parts: given = [], signal: own, closing, ...rest } = options;
    const signal = own ? AbortSignal.any([this.signal, own]) : this.signal;
    const parts = [...given];
    let utterance: LiveUtterance | null = null;
    let said = '';
    try {
      for await (const piece of untilAborted(pieces, signal)) {
        if (typeof piece !== 'string') {
          parts.push(piece);
          continue;
        }
        for (let at = 0; at < piece.length; at += PIECE_CHARACTERS) {
          const part = piece.slice(at, at + PIECE_CHARACTERS);
          // Longer than one utterance may be: it goes on in another, in the same turn.
          if (utterance && !utterance.fits(part)) {
            await utterance.end({ final: false, signal });
            utterance = null;
          }
          // Only now, so that a turn without a word leaves no empty utterance behind.
          utterance ??= await startUtterance(this.#room, this.grant, { ...rest, signal });
          utterance.write(part);
        }
        said += piece;
      }
    } catch (error) {
      // While the floor is held, what was said so far is an utterance; otherwise the hub has ended it.
      if (utterance && !this.signal.aborted) {
        await utterance.end({ final: false }).catch((failure: unknown) => this.#room.report(failure));
      }
      throw error;
    }
    const ending = {
      ...(expectsReply !== undefined && { expectsReply }),
      ...closing?.(),
      ...(parts.length > 0 && { parts }),
      signal,
    };
    const last = utterance;
    if (last && final) await this.#release(() => last.end({ final, ...ending }));
    else if (last) await last.end({ final, ...ending });
    else if (parts.length > 0) await this.say('', { ...rest, ...ending, final });
    return said;
  }
}
