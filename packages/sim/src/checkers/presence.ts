import type { Evidence, History, LoggedWireEvent, Violation } from './history.ts';

export interface PresenceTerms {
  /** How much later than due a deadline may be carried out, by the log's clock: the longest time without a hub or a log, and some. */
  readonly slackMs: number;
  /** By the log's clock. */
  readonly readAt: number;
}

/**
 * PR-2: whoever is disconnected comes back (`participant.returned`), or is left for `timeout` when its grace
 * is over, neither before nor much after; members only, once each; and whoever comes back to a membership
 * that goes on is not told that it has expired.
 */
export function checkPresence({ log, histories }: Evidence, terms: PresenceTerms): Violation[] {
  const check = new PresenceCheck(terms);
  for (const event of log) check.take(event);
  check.end();
  for (const history of histories) check.returns(history, log);
  return check.violations;
}

interface Member {
  readonly async: boolean;
  /** When it was disconnected, and every grace that was in force since; null while connected. */
  away: { readonly at: number; readonly graceMs: number[] } | null;
}

class PresenceCheck {
  readonly violations: Violation[] = [];
  readonly #members = new Map<string, Member>();
  readonly #terms: PresenceTerms;

  constructor(terms: PresenceTerms) {
    this.#terms = terms;
  }

  take(event: LoggedWireEvent): void {
    const { data } = event;
    const id = data['participant'] as string;
    const at = Date.parse(event.at);
    const member = this.#members.get(id);
    switch (event.event) {
      case 'conversation.configured':
        return this.#configured(data['config'] as { presence?: { reconnectGraceMs?: number } } | undefined);
      case 'participant.joined': {
        const joined = data['participant'] as { id: string; async?: boolean };
        this.#members.set(joined.id, { async: joined.async === true, away: null });
        return;
      }
      case 'participant.disconnected':
        if (!member) return this.#broken(event, `${id} is no member`);
        if (member.away) this.#broken(event, `${id} was disconnected already`);
        member.away = { at, graceMs: [data['graceMs'] as number] };
        return;
      case 'participant.returned':
        if (!member) return this.#broken(event, `${id} is no member`);
        // It may come back while its old connection is not known to be gone.
        this.#late(event, id, member, at);
        member.away = null;
        return;
      case 'participant.left':
        if (data['cause'] === 'timeout') this.#timedOut(event, id, member, at);
        this.#members.delete(id);
    }
  }

  end(): void {
    for (const [id, member] of this.#members) this.#late(null, id, member, this.#terms.readAt);
  }

  /** A resume is refused as expired only where the log says that the membership was over. */
  returns({ client, entries }: History, log: readonly LoggedWireEvent[]): void {
    for (const entry of entries) {
      if (entry.kind !== 'denied' || entry.code !== 'resume.expired') continue;
      const left = log.some(
        ({ event, data }) => event === 'participant.left' && data['participant'] === entry.participant,
      );
      if (!left)
        this.#broken(null, `${client} was told that ${entry.participant} had left, which is a member`);
    }
  }

  #timedOut(event: LoggedWireEvent, id: string, member: Member | undefined, at: number): void {
    if (!member?.away) return this.#broken(event, `${id} timed out without having been disconnected`);
    if (member.async) this.#broken(event, `${id} may be away for as long as it likes`);
    const awayMs = at - member.away.at;
    const graceMs = Math.min(...member.away.graceMs);
    if (awayMs < graceMs) this.#broken(event, `${id} timed out after ${awayMs} ms, ${graceMs} allowed`);
    this.#late(event, id, member, at);
  }

  #late(event: LoggedWireEvent | null, id: string, { away, async }: Member, at: number): void {
    if (!away || async) return;
    const awayMs = at - away.at;
    const graceMs = Math.max(...away.graceMs);
    if (awayMs <= graceMs + this.#terms.slackMs) return;
    this.#broken(event, `${id} stayed a member for ${awayMs} ms without a connection, ${graceMs} allowed`);
  }

  /** A change of the grace holds for whoever is away as well. */
  #configured(config: { presence?: { reconnectGraceMs?: number } } | undefined): void {
    const graceMs = config?.presence?.reconnectGraceMs;
    if (graceMs === undefined) return;
    for (const { away } of this.#members.values()) away?.graceMs.push(graceMs);
  }

  #broken(event: LoggedWireEvent | null, text: string): void {
    const where = event ? `seq ${event.seq} (${event.event})` : 'at the end';
    this.violations.push({ rule: 'PR-2', text: `${where}: ${text}` });
  }
}
