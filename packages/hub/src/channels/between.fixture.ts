import type { Conversations } from '../host/submission.ts';

/** What stands between the hub and its conversations, to do something in the middle of a call. */
export class Between {
  /** Runs once, behind the next command of this op and before its answer. */
  after: { readonly op: string; readonly task: (inner: Conversations) => Promise<unknown> } | null = null;
  /** Thrown by the next look at a conversation, and by no other. */
  failure: Error | null = null;

  readonly around = (inner: Conversations): Conversations => ({
    submit: async (conversation, submission) => {
      const outcome = await inner.submit(conversation, submission);
      const { after } = this;
      if (after?.op !== submission.op) return outcome;
      this.after = null;
      await after.task(inner);
      return outcome;
    },
    state: async (conversation) => {
      const { failure } = this;
      this.failure = null;
      if (failure) throw failure;
      return inner.state(conversation);
    },
    readEvents: (...args) => inner.readEvents(...args),
    subscribe: (listener) => inner.subscribe(listener),
  });
}
