import type { Data, Evidence, LoggedWireEvent, Violation } from './history.ts';

/**
 * FL-1, FL-2, FL-5, DG-3 and RL-2 under a strategy with one slot: at most one holder at any seq, who is a
 * member, no observer and not muted; grants are the seqs of their events; every end of a turn and every utterance
 * carries the grant that is live.
 */
export function checkFloor({ log }: Evidence): Violation[] {
  const floor = new Floor();
  for (const event of log) floor.take(event);
  return floor.violations;
}

interface Holder {
  readonly participant: string;
  readonly grant: number;
}

class Floor {
  readonly violations: Violation[] = [];
  #holder: Holder | null = null;
  /** Roles of present members. */
  readonly #members = new Map<string, readonly string[]>();
  readonly #muted = new Set<string>();

  take(event: LoggedWireEvent): void {
    const { data } = event;
    switch (event.event) {
      case 'participant.joined':
        return this.#joined(event, data['participant'] as Data);
      case 'participant.left':
        return this.#left(event, data['participant'] as string);
      case 'role.changed':
        return void this.#members.set(data['participant'] as string, data['roles'] as string[]);
      case 'participant.muted':
        return void this.#muted.add(data['participant'] as string);
      case 'participant.unmuted':
        return void this.#muted.delete(data['participant'] as string);
      case 'floor.granted':
        return this.#granted(event, {
          participant: data['participant'] as string,
          grant: data['grant'] as number,
        });
      case 'floor.released':
      case 'floor.revoked':
        if (this.#live(event)) this.#holder = null;
        return;
      case 'floor.revoking':
      case 'floor.extended':
      case 'speech.started':
      case 'speech.ended':
        return void this.#live(event);
    }
  }

  #joined(event: LoggedWireEvent, participant: Data): void {
    const id = participant['id'] as string;
    if (this.#members.has(id)) this.#broken('FL-3', event, `${id} is a member already`);
    this.#members.set(id, participant['roles'] as string[]);
  }

  #left(event: LoggedWireEvent, id: string): void {
    this.#muted.delete(id);
    if (!this.#members.delete(id)) this.#broken('FL-3', event, `${id} is no member`);
    if (this.#holder?.participant === id) this.#broken('FL-7', event, `${id} left with the floor`);
  }

  #granted(event: LoggedWireEvent, holder: Holder): void {
    if (this.#holder) {
      this.#broken('FL-1', event, `granted while ${this.#holder.participant} holds ${this.#holder.grant}`);
    }
    if (holder.grant !== event.seq) this.#broken('RL-2', event, `grant ${holder.grant} is not its own seq`);
    const roles = this.#members.get(holder.participant);
    if (!roles) this.#broken('FL-2', event, `${holder.participant} is no member`);
    else if (roles.includes('observer')) this.#broken('FL-2', event, `${holder.participant} is an observer`);
    if (this.#muted.has(holder.participant)) this.#broken('DG-3', event, `${holder.participant} is muted`);
    this.#holder = holder;
  }

  /** Whether the event carries the live grant of the holder. */
  #live(event: LoggedWireEvent): boolean {
    const { participant, grant } = event.data;
    const live = this.#holder?.participant === participant && this.#holder?.grant === grant;
    if (!live) {
      const holder = this.#holder
        ? `${this.#holder.participant} holds ${this.#holder.grant}`
        : 'nobody holds';
      this.#broken('FL-5', event, `by ${String(participant)} with grant ${String(grant)}, but ${holder}`);
    }
    return live;
  }

  #broken(rule: string, { seq, event }: LoggedWireEvent, text: string): void {
    this.violations.push({ rule, text: `seq ${seq} (${event}): ${text}` });
  }
}
