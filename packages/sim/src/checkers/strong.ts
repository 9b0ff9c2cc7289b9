import { firstSeen, type Data, type Entry, type Evidence, type History } from './history.ts';
import type { LoggedWireEvent, Violation } from './history.ts';
import { hears, LogFacts } from './log-facts.ts';

/**
 * CS-1: between an utterance and the next grant every connected strong view that could hear it has said
 * that it did, or was announced to be stale, not before `barrierTimeoutMs` were over; and what such a view's
 * participant based on less than the last utterance is refused, with the seq of that utterance.
 */
export function checkStrong(evidence: Evidence): Violation[] {
  return new StrongCheck(evidence).run();
}

/** What the histories say of one participant. */
interface Known {
  readonly history: History;
  /** Seqs that it has said to have, by acknowledging and resuming, or was given with a snapshot. */
  readonly claims: { readonly when: number; readonly seq: number }[];
  /** It tried to join or come back without a seq and never heard of it: its view may begin anywhere. */
  readonly unanswered: boolean;
}

interface Announcement {
  readonly stale: boolean;
  readonly participant: string;
  readonly seq: number;
  readonly head: number;
  readonly at: number;
}

class StrongCheck {
  readonly #evidence: Evidence;
  readonly #facts: LogFacts;
  readonly #seen: ReadonlyMap<number, number>;
  readonly #violations: Violation[] = [];

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    this.#facts = new LogFacts(evidence.log);
    this.#seen = firstSeen(evidence.histories);
  }

  run(): Violation[] {
    const { log, histories } = this.#evidence;
    const views = [...this.#facts.participants].filter(
      (participant) => this.#facts.steadyLevelOf(participant)?.kind === 'strong',
    );
    let sinceGrant: LoggedWireEvent[] = [];
    for (const event of log) {
      if (event.event === 'speech.ended') sinceGrant.push(event);
      if (event.event !== 'floor.granted') continue;
      for (const participant of views) {
        const last = sinceGrant.findLast(({ audience }) => hears(audience, participant));
        if (last) this.#barrier(participant, last, event);
      }
      sinceGrant = [];
    }
    for (const history of histories) {
      this.#announced(history, new Set(views));
      this.#basedOn(history, new Set(views));
    }
    return this.#violations;
  }

  /** Whoever could hear `utterance` was not passed over by `granted`. */
  #barrier(participant: string, utterance: LoggedWireEvent, granted: LoggedWireEvent): void {
    const connectedAt = this.#facts.connectedBefore(participant, granted.seq);
    const { joined } = this.#facts.members.get(participant)!;
    // A view that joined behind the utterance begins with it.
    if (connectedAt === null || joined > utterance.seq) return;
    const known = this.#knownOf(participant);
    const at = this.#seen.get(granted.seq);
    if (!known || at === undefined) return;
    const acked = known.claims.some(
      ({ when, seq }) => when <= at && seq >= utterance.seq && seq < granted.seq,
    );
    const anew = known.unanswered && connectedAt > utterance.seq;
    if (acked || anew || this.#mayBeStale(participant, utterance, granted)) return;
    this.#broken(
      `seq ${granted.seq} grants the floor, and ${known.history.client} (${participant}), connected since ${connectedAt}, has not acknowledged the utterance ${utterance.seq}`,
    );
  }

  /**
   * Whether somebody heard, before the grant, that this view is stale and nothing to the contrary since; or
   * nobody listened from the utterance to the grant who would have heard it.
   */
  #mayBeStale(participant: string, utterance: LoggedWireEvent, granted: LoggedWireEvent): boolean {
    let witnessed = false;
    for (const { attentive, entries } of this.#evidence.histories) {
      const to = indexOf(entries, granted.seq);
      if (to === -1) continue;
      const told = entries.slice(0, to).findLast((entry) => {
        const announced = announcementIn(entry);
        return announced?.participant === participant;
      });
      if (told && announcementIn(told)!.stale) return true;
      const from = indexOf(entries, utterance.seq);
      const through =
        from !== -1 && !entries.slice(from, to).some(({ kind }) => kind === 'lost' || kind === 'joined');
      witnessed ||= attentive && through;
    }
    return !witnessed;
  }

  /** A view is stale only once it has had its time, and for lack of an utterance that it could hear. */
  #announced({ client, entries }: History, views: ReadonlySet<string>): void {
    const { log } = this.#evidence;
    for (const entry of entries) {
      const told = announcementIn(entry);
      if (!told?.stale || !views.has(told.participant)) continue;
      const { participant, seq, head, at } = told;
      const level = this.#facts.levelOf(participant, head);
      if (level.kind !== 'strong') continue;
      const lacking = log.find(
        (event) => event.seq > seq && event.event === 'speech.ended' && hears(event.audience, participant),
      );
      if (!lacking || lacking.seq > head) {
        this.#broken(`${client} was told that ${participant} lacks ${head} with ${seq}, which it does not`);
        continue;
      }
      const waitedMs = at - Date.parse(lacking.at);
      if (waitedMs >= level.barrierTimeoutMs) continue;
      this.#broken(
        `${client} was told after ${waitedMs} ms that ${participant} is stale, which has ${level.barrierTimeoutMs}`,
      );
    }
  }

  #basedOn({ client, entries }: History, views: ReadonlySet<string>): void {
    const sent = new Map<string, { readonly participant: string; readonly basedOn: number }>();
    let participant = '';
    for (const entry of entries) {
      if (entry.kind === 'joined') participant = entry.participant;
      else if (entry.kind === 'invoke' && entry.basedOn !== undefined && !sent.has(entry.id)) {
        sent.set(entry.id, { participant, basedOn: entry.basedOn });
      } else if (entry.kind === 'ok' || entry.kind === 'fail') {
        const command = sent.get(entry.id);
        if (!command || !views.has(command.participant)) continue;
        sent.delete(entry.id);
        const wrong =
          entry.kind === 'ok' ? this.#accepted(command, entry.seq) : this.#refused(command, entry);
        if (wrong !== null) this.#broken(`${client}, ${entry.id}: ${wrong}`);
      }
    }
  }

  /** An utterance between what the command was based on and what it brought about, by another's doing. */
  #accepted(command: { participant: string; basedOn: number }, seq: number | null): string | null {
    const { participant, basedOn } = command;
    const between = this.#evidence.log
      .slice(basedOn, seq ?? basedOn)
      .find(
        ({ event, audience, by }) =>
          event === 'speech.ended' && by !== participant && hears(audience, participant),
      );
    return between
      ? `accepted at ${seq} although based on ${basedOn}, before the utterance ${between.seq}`
      : null;
  }

  #refused(
    command: { participant: string; basedOn: number },
    { code, details }: { code: string; details?: Data },
  ): string | null {
    const last = details?.['lastUtterance'];
    if (code !== 'context.conflict' || last === undefined) return null;
    const event = this.#facts.at(last as number);
    const right =
      event?.event === 'speech.ended' &&
      event.seq > command.basedOn &&
      hears(event.audience, command.participant);
    return right ? null : `refused for an utterance ${String(last)}, based on ${command.basedOn}`;
  }

  #knownOf(participant: string): Known | null {
    for (const history of this.#evidence.histories) {
      const { entries } = history;
      const mine = entries.some((entry) => entry.kind === 'joined' && entry.participant === participant);
      if (!mine) continue;
      return { history, claims: claimsIn(entries, participant), unanswered: leftUnanswered(entries) };
    }
    return null;
  }

  #broken(text: string): void {
    this.#violations.push({ rule: 'CS-1', text });
  }
}

function claimsIn(entries: readonly Entry[], participant: string): { when: number; seq: number }[] {
  const claims: { when: number; seq: number }[] = [];
  let current = '';
  for (const entry of entries) {
    const { when } = entry;
    if (entry.kind === 'joined') current = entry.participant;
    if (entry.kind === 'acked' && current === participant) claims.push({ when, seq: entry.seq });
    if (entry.kind === 'resuming' && entry.participant === participant) {
      claims.push({ when, seq: entry.from });
    }
    // A snapshot is as of its seq: whatever the log has behind that came later than the answer was made.
    if (entry.kind === 'joined' && !entry.resumed && entry.participant === participant) {
      claims.push({ when: Number.NEGATIVE_INFINITY, seq: entry.from });
    }
  }
  return claims;
}

/** Whether some join or return without a seq was never answered on its connection. */
function leftUnanswered(entries: readonly Entry[]): boolean {
  let asked = false;
  for (const entry of entries) {
    if (entry.kind === 'invoke' && entry.op === 'conversation.join') asked = true;
    else if (entry.kind === 'joined' || (entry.kind === 'fail' && asked)) asked = false;
    else if (entry.kind === 'lost' && asked) return true;
  }
  return asked;
}

const indexOf = (entries: readonly Entry[], seq: number): number =>
  entries.findIndex((entry) => entry.kind === 'event' && entry.event.seq === seq);

function announcementIn(entry: Entry): Announcement | null {
  if (entry.kind !== 'event') return null;
  const { event, data, at } = entry.event;
  if (event !== 'view.stale' && event !== 'view.caught_up') return null;
  if (data['level'] !== 'strong') return null;
  return {
    stale: event === 'view.stale',
    participant: data['participant'] as string,
    seq: data['seq'] as number,
    head: data['head'] as number,
    at: Date.parse(at),
  };
}
