import { idFor } from '../kernel/id.ts';
import { LIMITS } from '../kernel/limits.ts';
import type { Handlers } from './handler.ts';
import { accepted, invalid, rejected, speakerOf } from './handler.ts';

export const contextHandlers: Handlers<'topic.set' | 'item.open' | 'item.resolve' | 'decision.record'> = {
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
    if (!draft.state.context.openItems.some(({ item }) => item === data.item)) {
      return rejected('not_found', 'There is no such open item.', { details: { path: 'data.item' } });
    }
    draft.emit('item.resolved', { item: data.item, resolution: data.resolution });
    return accepted({ item: data.item });
  },

  'decision.record': (draft, { data, author }) => {
    const member = speakerOf(draft.state, author);
    if (!member.ok) return member;
    const { openItems, resolvedItems, decisions } = draft.state.context;
    const { item, supersedes } = data;
    if (
      item !== undefined &&
      !resolvedItems.includes(item) &&
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
};
