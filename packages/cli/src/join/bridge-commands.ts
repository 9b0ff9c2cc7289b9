import type { BridgeRequest } from '@parley/client';
import type { Possible, Problem } from './floor-commands.ts';
import { moderates, problem } from './floor-commands.ts';

/** What a moderator wants of participants that the hub reaches. `which` is a number of /bridges, or a name. */
export type BridgeInput =
  | { readonly kind: 'bring'; readonly request: BridgeRequest }
  | { readonly kind: 'bridges' }
  | { readonly kind: 'approve' | 'dismiss'; readonly which: string };

interface BridgeCommand {
  readonly usage: string;
  readonly help: string;
  readonly possible: Possible;
  parse(rest: string): BridgeInput | Problem;
}

const someBridge: Possible = (view, me) => moderates(view, me) && view.bridges.length > 0;

/** In the order in which /help lists them. */
export const BRIDGE_COMMANDS: Readonly<Record<string, BridgeCommand>> = {
  bring: {
    usage: '/bring a2a|openfloor|model|agent WHICH [NAME]',
    help: 'bring in an agent or assistant by its URL, or a model or agent of the hub (moderators)',
    possible: moderates,
    parse: parseBring,
  },
  bridges: {
    usage: '/bridges',
    help: 'who was brought in, who is asked for, and what keeps them away (moderators)',
    possible: someBridge,
    parse: () => ({ kind: 'bridges' }),
  },
  approve: {
    usage: '/approve N',
    help: 'let in whom an agent asks for, by the number in /bridges (moderators)',
    possible: (view, me) => moderates(view, me) && view.bridges.some(({ status }) => status === 'pending'),
    parse: (rest) => which('approve', rest),
  },
  dismiss: {
    usage: '/dismiss N',
    help: 'send away who was brought in or is asked for (moderators)',
    possible: someBridge,
    parse: (rest) => which('dismiss', rest),
  },
};

const which = (kind: 'approve' | 'dismiss', rest: string): BridgeInput | Problem =>
  rest === '' ? problem(`whom? /${kind} N, with the number from /bridges`) : { kind, which: rest };

function parseBring(rest: string): BridgeInput | Problem {
  const [, way = '', who, name] = /^(\S+)(?:\s+(\S+)(?:\s+(.+))?)?$/s.exec(rest) ?? [];
  switch (way.toLowerCase()) {
    case 'a2a': {
      if (who === undefined) return problem('by which card? /bring a2a https://agent.example/card.json');
      if (!URL.canParse(who))
        return problem(`${who} is no address; an agent is brought in by its card’s URL`);
      const displayName = name ?? new URL(who).hostname;
      return { kind: 'bring', request: { kind: 'a2aAgent', displayName, settings: { card: who } } };
    }
    case 'openfloor': {
      if (who === undefined) return problem('which assistant? /bring openfloor https://assistant.example/');
      if (!URL.canParse(who))
        return problem(`${who} is no address; an assistant is brought in by its service’s URL`);
      const displayName = name ?? new URL(who).hostname;
      return { kind: 'bring', request: { kind: 'openFloor', displayName, settings: { serviceUrl: who } } };
    }
    case 'model':
      if (who === undefined)
        return problem('which service of the hub? /bring model SERVICE, or SERVICE NAME');
      return {
        kind: 'bring',
        request: { kind: 'externalAI', displayName: name ?? who, settings: { service: who } },
      };
    case 'agent':
      if (who === undefined) return problem('which agent of the hub? /bring agent AGENT, or AGENT NAME');
      return {
        kind: 'bring',
        request: { kind: 'localAgent', displayName: name ?? who, settings: { agent: who } },
      };
    default:
      return problem(
        'whom? /bring a2a URL, /bring openfloor URL, /bring model SERVICE or /bring agent AGENT, and a NAME if you like',
      );
  }
}
