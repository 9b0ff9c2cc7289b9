import type { LogRecord } from '../ports/event-log.ts';
import type { HostRejection, IdempotencyKey, Outcome } from './submission.ts';

type Accepted = Outcome & { ok: true };

/**
 * The newest accepted commands of an awake conversation and what each was answered. Bounded; what is
 * forgotten here is still found in the log. Answers without a record (to a `signal`) have a room of their
 * own, since they are many and would push out the others.
 */
export class Answers {
  readonly #max: number;
  readonly #recorded = new Map<string, { digest: string; outcome: Accepted }>();
  readonly #unrecorded = new Map<string, { digest: string; outcome: Accepted }>();
  #complete = true;

  constructor(max: number) {
    this.#max = max;
  }

  /** False once a recorded answer was forgotten: then only the log knows all. */
  get complete(): boolean {
    return this.#complete;
  }

  keep(key: IdempotencyKey, outcome: Accepted, recorded: boolean): void {
    const answers = recorded ? this.#recorded : this.#unrecorded;
    answers.set(nameOf(key), { digest: key.digest, outcome });
    if (answers.size <= this.#max) return;
    answers.delete(answers.keys().next().value!);
    if (recorded) this.#complete = false;
  }

  find(key: IdempotencyKey): Outcome | null {
    const name = nameOf(key);
    const found = this.#recorded.get(name) ?? this.#unrecorded.get(name);
    if (!found) return null;
    if (found.digest !== key.digest) return { ok: false, rejection: conflict(key) };
    return { ...found.outcome, duplicate: true };
  }
}

/** One text for a key. Authors are ids and never contain a line break. */
export const nameOf = (key: IdempotencyKey): string => `${key.author}\n${key.id}`;

/** What a command is answered whose key is on a record already. */
export function answerFrom(record: LogRecord, key: IdempotencyKey): Outcome {
  if (record.command?.digest !== key.digest) return { ok: false, rejection: conflict(key) };
  const data = JSON.parse(record.reply ?? '{}') as Record<string, unknown>;
  return { ok: true, seq: record.lastSeq, data, duplicate: true };
}

export const conflict = (key: IdempotencyKey): HostRejection => ({
  code: 'idempotency.conflict',
  message: `The id ${key.id} was used before for another command.`,
});
