import type { Evidence, LoggedWireEvent, Violation } from './history.ts';

export interface TimerTerms {
  readonly firstContentMs: number;
  readonly maxTurnMs: number;
  readonly revokeGraceMs: number;
  /** How much later than due a deadline may be carried out: the longest time without a hub, and some. */
  readonly slackMs: number;
  /** When the log was read, by the hub's clock. */
  readonly readAt: number;
}

/**
 * FL-11 over restarts: no turn outlasts its timers by more than the slack, whoever slept in between, and
 * no revocation for a time-out comes before its time. The clock for the first content starts anew where
 * the hub was restarted, which heard nothing meanwhile; the length of the turn does not.
 */
export function checkTimers({ log }: Evidence, terms: TimerTerms): Violation[] {
  const violations: Violation[] = [];
  const broken = (event: LoggedWireEvent, text: string): void =>
    void violations.push({ rule: 'FL-11', text: `turn ${event.seq}: ${text}` });
  for (const granted of log.filter(({ event }) => event === 'floor.granted')) {
    const turn = log.slice(granted.seq).filter(({ data }) => data['grant'] === granted.seq);
    const content = turn.find(({ event }) => event === 'speech.started' || event === 'speech.ended');
    const end = turn.find(({ event }) => event === 'floor.released' || event === 'floor.revoked');
    const from = armedAt(log, granted, content ?? end);
    const endedAt = end ? Date.parse(end.at) : terms.readAt;
    const contentAt = content ? Date.parse(content.at) : endedAt;
    if (contentAt > from + terms.firstContentMs + terms.slackMs) {
      broken(granted, `silent for ${contentAt - from} ms, at most ${terms.firstContentMs} allowed`);
    }
    if (endedAt > contentAt + terms.maxTurnMs + terms.revokeGraceMs + terms.slackMs) {
      broken(granted, `went on for ${endedAt - contentAt} ms, at most ${terms.maxTurnMs} allowed`);
    }
    if (end?.data['cause'] === 'no_content' && endedAt < from + terms.firstContentMs) {
      broken(granted, `revoked for silence after ${endedAt - from} ms, ${terms.firstContentMs} allowed`);
    }
    if (end?.data['cause'] === 'no_content' && content) broken(granted, 'revoked for silence after content');
    if (end?.data['cause'] === 'too_long' && endedAt < contentAt + terms.maxTurnMs) {
      broken(granted, `revoked as too long after ${endedAt - contentAt} ms`);
    }
  }
  return violations;
}

/** The grant, or the holder's last disconnection by a restart before `until` (the end of the log). */
function armedAt(
  log: readonly LoggedWireEvent[],
  granted: LoggedWireEvent,
  until: LoggedWireEvent | undefined,
): number {
  const restart = log
    .slice(granted.seq, until && until.seq - 1)
    .findLast(
      ({ event, data }) =>
        event === 'participant.disconnected' &&
        data['cause'] === 'restart' &&
        data['participant'] === granted.data['participant'],
    );
  return Date.parse((restart ?? granted).at);
}
