import type { Evidence, LoggedWireEvent, Violation } from './history.ts';

/**
 * DG-1: with fewer connected members than `minParticipants` nothing goes on but what waits for more of them: the
 * conversation is paused by what made them too few, goes on by what makes them enough, and is paused and resumed for
 * no other reason. Before anybody has joined there is nothing to pause.
 */
export function checkQuorum({ log }: Evidence): Violation[] {
  const check = new QuorumCheck();
  for (const event of log) check.take(event);
  check.end();
  return check.violations;
}

class QuorumCheck {
  readonly violations: Violation[] = [];
  /** Members, and whether they are connected. */
  readonly #members = new Map<string, boolean>();
  #least = 0;
  #begun = false;
  #paused: unknown = null;
  #ended = false;
  /** Time of the command whose events are being read: what it brings about stands beside it. */
  #at = '';

  take(event: LoggedWireEvent): void {
    if (event.at !== this.#at) this.#settled(`seq ${event.seq} (${event.event})`);
    this.#at = event.at;
    const { data } = event;
    const id = data['participant'] as string;
    switch (event.event) {
      case 'conversation.created':
      case 'conversation.configured': {
        const config = data['config'] as { minParticipants?: number } | undefined;
        this.#least = config?.minParticipants ?? this.#least;
        return;
      }
      case 'participant.joined':
        this.#begun = true;
        return void this.#members.set((data['participant'] as { id: string }).id, true);
      case 'participant.returned':
        return void this.#members.set(id, true);
      case 'participant.disconnected':
        return void this.#members.set(id, false);
      case 'participant.left':
        return void this.#members.delete(id);
      case 'conversation.paused':
        this.#paused = data['cause'];
        if (this.#isWaiting && !this.#isShort) this.#broken(`seq ${event.seq}: paused with ${this.#there}`);
        return;
      case 'conversation.resumed':
        if (data['cause'] === CAUSE && this.#isShort)
          this.#broken(`seq ${event.seq}: resumed with ${this.#there}`);
        this.#paused = null;
        return;
      case 'conversation.ended':
        this.#ended = true;
    }
  }

  end(): void {
    this.#settled('at the end');
  }

  /** All that one command brought about is known. */
  #settled(where: string): void {
    if (this.#ended || !this.#begun) return;
    if (this.#paused === null && this.#isShort) this.#broken(`${where}: goes on with ${this.#there}`);
    if (this.#isWaiting && !this.#isShort) this.#broken(`${where}: still paused with ${this.#there}`);
  }

  get #isShort(): boolean {
    return this.#connected < this.#least;
  }

  get #isWaiting(): boolean {
    return this.#paused === CAUSE;
  }

  get #connected(): number {
    return [...this.#members.values()].filter((connected) => connected).length;
  }

  get #there(): string {
    return `${this.#connected} of at least ${this.#least} there`;
  }

  #broken(text: string): void {
    this.violations.push({ rule: 'DG-1', text });
  }
}

const CAUSE = 'min_participants';
