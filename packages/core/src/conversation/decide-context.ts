import { idFor } from '../kernel/id.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, rejected, speakerOf } from './handler.ts';
import { wasResolved } from './late.ts';

export const contextHandlers: Handlers<
  'topic.set' | 'item.open' | 'item.resolve' | 'decision.record' | 'summary.record'
> = {
  'topic.set': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    draft.emit('topic.changed', { topic: data.topic, previous: draft.state.context.topic });
    return accepted({ topic: data.topic });
  },

  'item.open': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    if (data.assignee !== undefined && !Object.hasOwn(draft.state.participants, data.assignee)) {
      return invalid('data.assignee', 'a participant of this conversation');
    }
    if (draft.state.context.openItems.length >= LIMITS.openItems) {
      return invalid('data', `at most ${LIMITS.openItems} open items; resolve some first`);
    }
    const item = idFor.item(draft.nextSeq);
    draft.emit('item.opened', { item, ...data });
    return accepted({ item });
  },

  'item.resolve': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const { item, resolution } = data;
    if (draft.state.context.openItems.some((open) => open.item === item)) {
      draft.emit('item.resolved', { item, resolution });
    } else if (wasResolved(draft.state, item)) {
      draft.emit('item.resolved', { item, resolution, late: true });
    } else {
      return rejected('not_found', 'There is no such item.', { details: { path: 'data.item' } });
    }
    return accepted({ item });
  },

  'decision.record': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const { openItems, decisions } = draft.state.context;
    const { item, supersedes } = data;
    if (
      item !== undefined &&
      !wasResolved(draft.state, item) &&
      !openItems.some((open) => open.item === item)
    ) {
      return rejected('not_found', 'There is no such item.', { details: { path: 'data.item' } });
    }
    if (supersedes !== undefined && !decisions.some(({ decision }) => decision === supersedes)) {
      return rejected('not_found', 'There is no such decision.', { details: { path: 'data.supersedes' } });
    }
    if (data.basedOn > draft.state.seq) return invalid('data.basedOn', 'a seq that has happened');
    const newer = decisions.findLast(
      (decision) =>
        (item !== undefined && decision.item === item) ||
        (supersedes !== undefined && decision.supersedes === supersedes),
    );
    if (newer && newer.seq > data.basedOn) {
      return rejected('context.conflict', 'Somebody decided this after what you had seen.', {
        details: { decision: newer.decision, seq: newer.seq },
      });
    }
    const decision = idFor.decision(draft.nextSeq);
    draft.emit('decision.recorded', { decision, ...data });
    return accepted({ decision });
  },

  'summary.record': (draft, { data }) => {
    const { text, upTo, cites } = data;
    const { seq, context } = draft.state;
    if (text.length === 0 || text.length > LIMITS.summaryCharacters) {
      return invalid('data.text', `a text of at most ${LIMITS.summaryCharacters} characters`);
    }
    if (upTo < 1 || upTo > seq) return invalid('data.upTo', 'a seq that has happened');
    if (cites.length > LIMITS.summaryCites || cites.some((cited) => cited < 1 || cited > upTo)) {
      return invalid('data.cites', `at most ${LIMITS.summaryCites} seqs up to ${upTo}`);
    }
    if (context.summary && upTo <= context.summary.upTo) {
      return rejected('context.conflict', 'There is a summary of as much already.', {
        details: { upTo: context.summary.upTo },
      });
    }
    draft.emit('summary.recorded', { text, upTo, cites });
    return accepted();
  },
};
