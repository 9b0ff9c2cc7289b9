import type { ConversationView, ViewEvent } from '@parley/core';
import { reduceView } from '@parley/core';
import type { CatchUp, ResumeState } from './api.ts';
import type { WireEvent } from './events.ts';
import { Transcript } from './transcript.ts';
import type { JoinReply } from './wire-frames.ts';

/**
 * What arrives, one by one, and what it makes of view and transcript. Knows no socket and no promise.
 *
 * Invariants:
 * - Every durable event is folded at most once, in the order of the chain: each names the one before it.
 * - After a gap nothing durable is folded until a resume has closed it.
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

  /** `new` was folded in and is to be passed on; `duplicate` was known; `gap` needs a resume. */
  receive(event: WireEvent): 'new' | 'duplicate' | 'gap' {
    if (event.seq !== undefined) {
      if (event.seq <= this.#resume.seq) return 'duplicate';
      if (event.after !== this.#resume.seq) return 'gap';
      this.#resume = { ...this.#resume, seq: event.seq };
    }
    this.#fold(event);
    if (event.event !== 'speech.delta') this.#outline = this.#view;
    this.transcript.add(event, this.#view);
    return 'new';
  }

  /** Takes in the answer to a resume; true when the suffix could not be had and all was replaced (CS-5). */
  resumed(reply: JoinReply, at: string): boolean {
    const { catchUp, participant, resumeToken: token, epoch } = reply;
    const sameLog = epoch === this.#resume.epoch;
    this.#catchUp = catchUp;
    this.webhookSecret = reply.webhookSecret;
    this.#rememberSpoken(catchUp.state);
    if (reply.resumed && sameLog) {
      this.#resume = { participant, token, epoch, seq: this.#resume.seq };
      this.#view = this.#withSpoken(this.#view);
      this.transcript.adoptSpeaking(this.#view);
      return false;
    }
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
