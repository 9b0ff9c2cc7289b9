import { afterUtterance } from '../fairness/contributions.ts';
import { without } from '../floor/floor.ts';
import type { Grant } from '../floor/grant.ts';
import type { Instant } from '../kernel/instant.ts';
import { withContribution, withGrant } from './evolve-floor.ts';
import type { Evolutions } from './evolutions.ts';

export const evolveSpeech: Evolutions<
  'speech.started' | 'speech.ended' | 'speech.delta' | 'reaction.added' | 'signal'
> = {
  'speech.started': (state, { data, at }) => {
    const { utterance: id, topics, addressedTo, inReplyTo } = data;
    return {
      ...withGrant(state, data.grant, (grant) => ({
        ...heard(grant, at),
        utterance: { id, startedAt: at, topics, addressedTo, inReplyTo },
      })),
      live: { ...state.live, texts: { ...state.live.texts, [id]: '' } },
    };
  },
  'speech.delta': (state, { data, at }) => {
    const holder = state.floor.holders.find((grant) => grant.participant === data.participant);
    if (!holder) return state;
    const before = state.live.texts[data.utterance] ?? '';
    return {
      ...state,
      live: {
        ...state.live,
        texts: { ...state.live.texts, [data.utterance]: before + data.text },
        heardAt: { ...state.live.heardAt, [holder.grant]: at },
      },
    };
  },
  'speech.ended': (state, { data, at }) => {
    const asks = data.expectsReply === true ? data.addressedTo : [];
    const ended = withGrant(state, data.grant, (grant) => ({ ...heard(grant, at), utterance: null, asks }));
    return {
      ...withContribution(ended, data.participant, (sum) => afterUtterance(sum, data.text)),
      live: { ...ended.live, texts: without(ended.live.texts, data.utterance) },
    };
  },
  'reaction.added': (state) => state,
  signal: (state) => state,
};

const heard = (grant: Grant, at: Instant): Grant => ({
  ...grant,
  firstContentAt: grant.firstContentAt ?? at,
  lastContentAt: at,
});
