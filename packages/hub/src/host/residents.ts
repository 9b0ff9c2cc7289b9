import type { ConversationId, Instant } from '@parley/core';
import type { HostContext } from './host-context.ts';
import { Mailbox } from './mailbox.ts';
import { isAttended } from './summary.ts';

/** A shorter stretch of log is folded as fast as a snapshot is read. */
const WORTH_A_SNAPSHOT = 16;
/** How many are looked at for one that can go, before a newcomer is refused. */
const EVICTION_LOOKS = 256;

/** The conversations in memory, the least recently used first. */
export class Residents {
  readonly #context: HostContext;
  readonly #expect: (due: Instant) => void;
  readonly #mailboxes = new Map<ConversationId, Mailbox>();
  /**
   * Dropped for want of room while somebody was connected. When they wake again their members' connections
   * are still this process's. At most as many as there are connections.
   */
  readonly #leftAttended = new Set<ConversationId>();
  #cancelSweep: (() => void) | null = null;

  /** `expect` hears of each deadline that a conversation goes to sleep with. */
  constructor(context: HostContext, expect: (due: Instant) => void) {
    this.#context = context;
    this.#expect = expect;
  }

  get size(): number {
    return this.#mailboxes.size;
  }

  all(): IterableIterator<Mailbox> {
    return this.#mailboxes.values();
  }

  get(conversation: ConversationId): Mailbox | undefined {
    return this.#mailboxes.get(conversation);
  }

  leftAttended(conversation: ConversationId): boolean {
    return this.#leftAttended.has(conversation);
  }

  /** The conversation's mailbox, awake from now on; null where all places are taken. */
  wake(conversation: ConversationId): Mailbox | null {
    const present = this.#mailboxes.get(conversation);
    if (present) {
      this.#mailboxes.delete(conversation);
      this.#mailboxes.set(conversation, present);
      return present;
    }
    if (this.#mailboxes.size >= this.#context.limits.awakeMax && !this.#evict()) return null;
    const mailbox = new Mailbox(conversation, this.#context);
    this.#mailboxes.set(conversation, mailbox);
    this.#changed();
    return mailbox;
  }

  /** Names that turn out to be no conversation's take no place. */
  dropIfNothing(conversation: ConversationId): void {
    const mailbox = this.#mailboxes.get(conversation);
    if (mailbox && !mailbox.busy && mailbox.journal.standing?.head.seq === 0) this.#drop(mailbox);
  }

  startSweeping(): void {
    const { time, limits } = this.#context;
    this.#cancelSweep = time.after(limits.sleepAfterMs / 4, () => {
      void this.#sweep().finally(() => {
        if (this.#cancelSweep) this.startSweeping();
      });
    });
  }

  stopSweeping(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  async #sweep(): Promise<void> {
    const asleepBefore = this.#context.time.now() - this.#context.limits.sleepAfterMs;
    for (const mailbox of [...this.#mailboxes.values()]) {
      if (mailbox.lastUsed > asleepBefore) return;
      if (!this.#maySleep(mailbox)) continue;
      if (mailbox.journal.unsaved >= WORTH_A_SNAPSHOT) await mailbox.journal.saveSnapshot();
      // Somebody may have come while the snapshot was written.
      if (mailbox.lastUsed > asleepBefore || !this.#maySleep(mailbox)) continue;
      this.#leftAttended.delete(mailbox.conversation);
      this.#drop(mailbox);
    }
  }

  /** Nobody is connected, nothing goes on, and nothing is due soon. */
  #maySleep(mailbox: Mailbox): boolean {
    const { time, limits } = this.#context;
    if (mailbox.busy) return false;
    const { due, known } = mailbox;
    if (known && isAttended(known)) return false;
    return due === null || due > time.now() + limits.sleepAfterMs;
  }

  /** Room for one more: drops the least recently used that loses nothing by it. */
  #evict(): boolean {
    let looks = 0;
    for (const mailbox of this.#mailboxes.values()) {
      if ((looks += 1) > EVICTION_LOOKS) return false;
      // A holder may be in the middle of an utterance whose pieces are only in memory.
      const speaking = (mailbox.known?.floor.holders.length ?? 0) > 0;
      const attended = mailbox.known !== null && isAttended(mailbox.known);
      if (mailbox.busy || (speaking && attended)) continue;
      if (attended && !mailbox.journal.standing?.restarting) this.#leftAttended.add(mailbox.conversation);
      this.#drop(mailbox);
      if (mailbox.journal.unsaved >= WORTH_A_SNAPSHOT) void mailbox.journal.saveSnapshot();
      return true;
    }
    return false;
  }

  #drop(mailbox: Mailbox): void {
    this.#mailboxes.delete(mailbox.conversation);
    mailbox.dispose();
    if (mailbox.due !== null) this.#expect(mailbox.due);
    this.#changed();
  }

  #changed(): void {
    this.#context.metrics.awakeChanged?.(this.#mailboxes.size);
  }
}
