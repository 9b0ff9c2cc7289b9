import type { ConversationView, ViewEvent } from '@parley/core';
import { reduceView } from '@parley/core';
import type { CatchUp, ResumeState, ViewLag } from './api.ts';
import { EarlyEvents } from './early-events.ts';
import type { DurableWireEvent, EphemeralWireEvent, WireEvent } from './events.ts';
import { Transcript } from './transcript.ts';
import type { JoinReply } from './wire-frames.ts';

/**
 * What arrives, one by one, and what it makes of view and transcript. Knows no socket and no promise.
 *
 * Invariants:
 * - Every durable event is folded at most once, in the order of the chain: each names the one before it.
 *   One that comes early waits for its turn (CS-3), and is passed on without waiting.
 * - After a gap nothing durable is folded until a resume has closed it, unless the hub said that what is
 *   missing was dropped (CS-4): then nothing will close it.
 * - `view` and `resume` are of the same point of the log; only a resumed page, which starts with a
 *   newer snapshot than its chain, sees old events pass without folding them into the view.
 */
export class RoomState {
  readonly transcript: Transcript;
  webhookSecret: string | null;
  #view: ConversationView;
  #outline: ConversationView;
  #resume: ResumeState;
  #catchUp: CatchUp;
  #spokenBefore: ReadonlyMap<string, string> = new Map();
  readonly #early = new EarlyEvents();
  /** Events that were dropped before the next one. */
  #dropped = 0;
  #lag: ViewLag | null = null;

  constructor(reply: JoinReply, resumedFrom: ResumeState | undefined, transcriptLines: number) {
    const { catchUp, participant, resumeToken: token, epoch } = reply;
    const resumed = reply.resumed && resumedFrom !== undefined;
    this.transcript = new Transcript(transcriptLines);
    this.#view = catchUp.state;
    this.#outline = catchUp.state;
    this.#catchUp = catchUp;
    this.webhookSecret = reply.webhookSecret;
    this.#resume = { participant, token, epoch, seq: resumed ? resumedFrom.seq : reply.seq };
    this.#rememberSpoken(catchUp.state);
    this.transcript.learnNames(catchUp.state);
    // When resumed, the same events are about to be pushed.
    if (!resumed) {
      for (const event of catchUp.events) this.transcript.add(event, catchUp.state);
      this.transcript.adoptSpeaking(catchUp.state);
    }
  }

  get view(): ConversationView {
    return this.#view;
  }

  get outline(): ConversationView {
    return this.#outline;
  }

  get resume(): ResumeState {
    return this.#resume;
  }

  get catchUp(): CatchUp {
    return this.#catchUp;
  }

  get lag(): ViewLag | null {
    return this.#lag;
  }

  /**
   * `new` was folded in and is to be passed on; `early` is to be passed on now and folded in at its turn;
   * `duplicate` was known; `gap` needs a resume.
   */
  receive(event: WireEvent): 'new' | 'early' | 'duplicate' | 'gap' {
    if (event.seq === undefined) {
      this.#noteDelivery(event);
      this.#take(event);
      return 'new';
    }
    if (event.seq <= this.#resume.seq) return 'duplicate';
    if (event.after !== this.#resume.seq) {
      if (event.early) return this.#early.add(event);
      if (this.#dropped === 0) return 'gap';
      this.transcript.gap(this.#dropped, event.seq, event.at);
    }
    this.#dropped = 0;
    for (let next: DurableWireEvent | undefined = event; next; next = this.#early.take(next.seq)) {
      this.#resume = { ...this.#resume, seq: next.seq };
      this.#take(next);
    }
    return 'new';
  }

  #take(event: WireEvent): void {
    this.#fold(event);
    if (event.event !== 'speech.delta') this.#outline = this.#view;
    this.transcript.add(event, this.#view);
  }

  /** What the hub says about how this view is served. */
  #noteDelivery(event: EphemeralWireEvent): void {
    const { participant: me } = this.#resume;
    if (event.event === 'delivery.dropped') this.#dropped += event.data.count;
    else if (event.event === 'view.stale' && event.data.participant === me) {
      const { seq, head, lagMs = null } = event.data;
      this.#lag = { seq, head, lagMs };
    } else if (event.event === 'view.caught_up' && event.data.participant === me) this.#lag = null;
  }

  /** Takes in the answer to a resume; true when the suffix could not be had and all was replaced (CS-5). */
  resumed(reply: JoinReply, at: string): boolean {
    const { catchUp, participant, resumeToken: token, epoch } = reply;
    const sameLog = epoch === this.#resume.epoch;
    this.#catchUp = catchUp;
    this.webhookSecret = reply.webhookSecret;
    this.#dropped = 0;
    this.#lag = null;
    this.#rememberSpoken(catchUp.state);
    if (reply.resumed && sameLog) {
      this.#resume = { participant, token, epoch, seq: this.#resume.seq };
      this.#outline = withStale(this.#outline, catchUp.state);
      this.#view = this.#withSpoken(withStale(this.#view, catchUp.state));
      this.transcript.adoptSpeaking(this.#view);
      return false;
    }
    this.#early.clear();
    this.#resume = { participant, token, epoch, seq: reply.seq };
    this.#view = catchUp.state;
    this.#outline = catchUp.state;
    if (!sameLog) this.transcript.clear();
    this.transcript.bridge(catchUp.events, sameLog ? catchUp.missed : 0, catchUp.state, at);
    return true;
  }

  #fold(event: WireEvent): void {
    if (event.seq !== undefined && event.seq <= this.#view.seq) return;
    // What the reducer does not know changes nothing; that ephemeral events have no seq at all, it cannot tell.
    this.#view = reduceView(this.#view, event as ViewEvent);
    if (event.event === 'speech.started') this.#view = this.#withSpoken(this.#view);
  }

  /** Pieces that were said while this client was away are in no event; the snapshot has them. */
  #rememberSpoken(state: ConversationView): void {
    this.#spokenBefore = new Map(state.speaking.map(({ utterance, text }) => [utterance, text]));
  }

  #withSpoken(view: ConversationView): ConversationView {
    const behind = view.speaking.some(({ utterance, text }) => this.#missing(utterance, text));
    if (!behind) return view;
    const speaking = view.speaking.map((entry) =>
      this.#missing(entry.utterance, entry.text)
        ? { ...entry, text: this.#spokenBefore.get(entry.utterance) ?? entry.text }
        : entry,
    );
    return { ...view, speaking };
  }

  #missing(utterance: string, text: string): boolean {
    return (this.#spokenBefore.get(utterance)?.length ?? 0) > text.length;
  }
}

/** Who is behind is told by events that are not repeated: the snapshot knows. */
function withStale(view: ConversationView, { participants }: ConversationView): ConversationView {
  const stale = new Set(participants.filter((member) => member.stale).map(({ id }) => id));
  if (view.participants.every((member) => (member.stale ?? false) === stale.has(member.id))) return view;
  return {
    ...view,
    participants: view.participants.map(({ stale: _, ...member }) =>
      stale.has(member.id) ? { ...member, stale: true as const } : member,
    ),
  };
}
