import {
  isLogged,
  staysOf,
  type Data,
  type Evidence,
  type History,
  type LoggedWireEvent,
} from './history.ts';
import type { Violation, WireEvent } from './history.ts';
import { hears, LogFacts } from './log-facts.ts';
import { Roster } from './roster.ts';

/**
 * RT-1…RT-6: what the log stores as an utterance's audience is what its routing, the roles, subscriptions
 * and the whisper say at that place of the log; private events are for their own participant and moderators.
 * RT-7: and nobody is sent, live, on a resume, in a catch-up or in pieces, what is not for it.
 */
export function checkAudience({ histories, log }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const broken = (rule: string, text: string): void => void violations.push({ rule, text });
  checkStored(log, whispersIn(histories), broken);
  const facts = new LogFacts(log);
  for (const history of histories) checkSeen(history, facts, broken);
  return violations;
}

type Broken = (rule: string, text: string) => void;

/** Whom the commands said to whisper to, by utterance; no entry where nobody knows. */
type Whispers = ReadonlyMap<string, readonly string[] | null>;

function checkStored(log: readonly LoggedWireEvent[], whispers: Whispers, broken: Broken): void {
  const roster = new Roster();
  const started = new Map<string, LoggedWireEvent['audience']>();
  for (const event of log) {
    const { seq, data, audience } = event;
    const wrong = (rule: string, text: string): void => broken(rule, `seq ${seq} (${event.event}): ${text}`);
    if (event.event === 'speech.started' || event.event === 'speech.ended') {
      const utterance = data['utterance'] as string;
      const begun = started.get(utterance);
      if (begun === undefined) checkUtterance(event, roster, whispers.get(utterance), wrong);
      else checkEnd(event, begun, wrong);
      started.set(utterance, begun ?? audience);
    } else if (PRIVATE.has(event.event)) {
      const own = data['participant'] as string;
      const others = audience === 'all' ? ['all'] : audience.filter((id) => id !== own);
      if (!hears(audience, own)) wrong('RT-5', `not for ${own}, whom it is about`);
      const strangers = others.filter((id) => !roster.isModerator(id));
      if (strangers.length > 0) wrong('RT-5', `private to ${own}, but also for ${strangers.join(', ')}`);
    } else if (audience !== 'all' && FOR_ALL.test(event.event)) wrong('RT-5', 'not for everybody');
    roster.take(event);
  }
}

const PRIVATE = new Set(['bid.placed', 'bid.lost', 'credits.changed']);
const FOR_ALL = /^(conversation|participant|role|floor|topic|item|decision)\./;

function checkUtterance(
  { data, audience, ...event }: LoggedWireEvent,
  roster: Roster,
  whisper: readonly string[] | null | undefined,
  wrong: Broken,
): void {
  const speaker = data['participant'] as string;
  const spoken = {
    speaker,
    addressedTo: (data['addressedTo'] as string[] | undefined) ?? [],
    topics: (data['topics'] as string[] | undefined) ?? [],
  };
  const most = roster.hearing(spoken, null);
  const exact = whisper === undefined ? null : roster.hearing(spoken, whisper);
  const stored = new Set(audience === 'all' ? roster.members : audience);
  const beyond = [...stored].filter((id) => !(exact ?? most).has(id));
  const lacking = [...(exact ?? roster.hearing(spoken, []))].filter((id) => !stored.has(id));
  const rule = whisper ? 'RT-6' : roster.routingRule;
  if (beyond.length > 0) wrong(rule, `heard by ${beyond.join(', ')}, who should not`);
  // Whoever hears whatever the routing is has a rule of its own.
  const always = roster.hearing(spoken, []);
  const passedOver = lacking.filter((id) => always.has(id));
  const others = lacking.filter((id) => !always.has(id));
  if (passedOver.length > 0) wrong('RT-5', `not heard by ${passedOver.join(', ')}, who always do`);
  if (others.length > 0) wrong(rule, `not heard by ${others.join(', ')}, who should`);
  if (audience === 'all' && whisper)
    wrong('RT-6', `a whisper that whoever joins after ${event.seq} can read`);
}

/** RT-6: the end has the audience of the beginning, and whoever is addressed at the end. */
function checkEnd(event: LoggedWireEvent, begun: LoggedWireEvent['audience'], wrong: Broken): void {
  const addressed = (event.data['addressedTo'] as string[] | undefined) ?? [];
  const expected = begun === 'all' ? 'all' : [...new Set([...begun, ...addressed])].toSorted();
  const stored = event.audience === 'all' ? 'all' : event.audience.toSorted();
  if (JSON.stringify(stored) !== JSON.stringify(expected)) {
    wrong('RT-6', `for ${String(stored)}, but begun and addressed to ${String(expected)}`);
  }
}

/** `to` stands in commands only; which utterance one made is in its answer. */
function whispersIn(histories: readonly History[]): Whispers {
  const whispers = new Map<string, readonly string[] | null>();
  for (const { entries } of histories) {
    const sent = new Map<string, Data>();
    for (const entry of entries) {
      if (entry.kind === 'invoke' && (entry.op === 'speech' || entry.op === 'speech.start')) {
        if (!sent.has(entry.id)) sent.set(entry.id, entry.data);
      } else if (entry.kind === 'ok' && sent.has(entry.id)) {
        const to = sent.get(entry.id)!['to'] as string[] | undefined;
        whispers.set(entry.data['utterance'] as string, to ?? null);
      }
    }
  }
  return whispers;
}

function checkSeen(history: History, facts: LogFacts, broken: Broken): void {
  const utterances = new Map<unknown, LoggedWireEvent['audience']>();
  for (const { event, data, audience } of facts.log) {
    if (event === 'speech.started') utterances.set(data['utterance'], audience);
  }
  for (const { joined, entries } of staysOf(history).stays) {
    const { participant, shown } = joined;
    const may = (event: WireEvent): boolean => {
      const audience = isLogged(event)
        ? facts.at(event.seq)?.audience
        : event.event === 'speech.delta'
          ? utterances.get(event.data['utterance'])
          : 'all';
      return audience === undefined || hears(audience, participant);
    };
    const seen = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
    for (const event of [...shown, ...seen]) {
      if (may(event)) continue;
      const name = isLogged(event) ? `seq ${event.seq} (${event.event})` : event.event;
      broken('RT-7', `${history.client} (${participant}) was sent ${name}, which is not for it`);
    }
    for (const event of shown) {
      if (!isLogged(event) || !facts.sinceJoinAt(joined.from)) continue;
      const first = facts.members.get(participant)?.joined ?? 0;
      if (event.seq >= first) continue;
      broken('RT-7', `${history.client} was shown seq ${event.seq} from before it joined at ${first}`);
    }
  }
}
