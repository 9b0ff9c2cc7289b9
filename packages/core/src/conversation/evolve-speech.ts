import { afterRating, afterUtterance } from '../fairness/contributions.ts';
import { without } from '../floor/floor.ts';
import { appended } from '../kernel/list.ts';
import type { Grant } from '../floor/grant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { SharedContext } from '../context/context.ts';
import { LIMITS } from '../kernel/limits.ts';
import { emptyTable, withEntry } from '../kernel/table.ts';
import { withContribution, withGrant } from './evolve-floor.ts';
import type { Audience } from './events.ts';
import type { Evolutions } from './evolutions.ts';
import type { HeardUtterance, LastHeard, SpokenUtterance } from './state.ts';

export const evolveSpeech: Evolutions<
  'speech.started' | 'speech.ended' | 'speech.delta' | 'reaction.added' | 'signal'
> = {
  'speech.started': (state, { data, at, audience }) => {
    const { utterance: id, topics, addressedTo, inReplyTo, late, to } = data;
    return {
      ...withGrant(state, data.grant, (grant) => ({
        ...heard(grant, at),
        utterance: {
          id,
          startedAt: at,
          topics,
          addressedTo,
          inReplyTo,
          audience,
          ...(late ? { late } : {}),
          ...(to === undefined ? {} : { to }),
        },
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
  'speech.ended': (state, { data, at, seq, audience }) => {
    const asks = data.expectsReply === true ? data.addressedTo : [];
    const ended = withGrant(state, data.grant, (grant) => ({
      ...heard(grant, at),
      spoke: grant.spoke || data.interrupted !== true,
      utterance: null,
      asks,
      addressed: [...new Set([...grant.addressed, ...data.addressedTo])].slice(-LIMITS.listEntries),
    }));
    const utterance: SpokenUtterance = {
      id: data.utterance,
      seq,
      speaker: data.participant,
      grant: data.grant,
      ratings: {},
    };
    return {
      ...withContribution(ended, data.participant, (sum) => afterUtterance(sum, data.text)),
      context: audience === 'all' ? withOneMore(state.context) : state.context,
      recentUtterances: appended(state.recentUtterances, utterance, LIMITS.recentUtterances),
      lastHeard: withHeard(state.lastHeard, { seq, at }, audience),
      live: { ...ended.live, texts: without(ended.live.texts, data.utterance) },
    };
  },
  'reaction.added': (state, { data }) => {
    const { speaker, participant, rating } = data;
    if (rating === undefined || speaker === undefined || speaker === participant) return state;
    const rated = state.recentUtterances.find(({ id, seq }) => id === data.to || seq === data.to);
    if (!rated) return state;
    return {
      ...withContribution(state, speaker, (sum) => afterRating(sum, rating, rated.ratings[participant])),
      recentUtterances: state.recentUtterances.map((utterance) =>
        utterance === rated ? { ...rated, ratings: { ...rated.ratings, [participant]: rating } } : utterance,
      ),
    };
  },
  signal: (state) => state,
};

function withHeard(last: LastHeard, utterance: HeardUtterance, audience: Audience): LastHeard {
  if (audience === 'all') return { aloud: utterance, apart: emptyTable };
  return { ...last, apart: audience.reduce((apart, id) => withEntry(apart, id, utterance), last.apart) };
}

/** CU-1: counts towards the next summary of what everybody may read. */
const withOneMore = (context: SharedContext): SharedContext => ({
  ...context,
  unsummarised: context.unsummarised + 1,
});

const heard = (grant: Grant, at: Instant): Grant => ({
  ...grant,
  firstContentAt: grant.firstContentAt ?? at,
  lastContentAt: at,
});
