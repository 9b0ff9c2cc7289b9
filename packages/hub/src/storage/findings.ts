/** One thing that is wrong in a log. */
export interface Finding {
  /**
   * `edited`: other content than was stored · `missing`: records that were there · `reordered`: in another
   * place than stored · `index`: what is known of a conversation contradicts its records · `snapshot` ·
   * `structure`: SQLite's own check of the file · `unreadable`: SQLite cannot read it.
   */
  readonly kind: 'edited' | 'missing' | 'reordered' | 'index' | 'snapshot' | 'structure' | 'unreadable';
  /** Null where it is not known or concerns more than one. */
  readonly conversation: string | null;
  /** The first event's that it concerns. */
  readonly seq: number | null;
  readonly message: string;
}

const KEPT = 1_000;

/** Collects without growing with the damage. */
export class Findings {
  readonly kept: Finding[] = [];
  total = 0;

  add(kind: Finding['kind'], conversation: string | null, seq: number | null, message: string): void {
    this.total += 1;
    if (this.kept.length < KEPT) this.kept.push({ kind, conversation, seq, message });
  }
}
