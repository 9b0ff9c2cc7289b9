import { connect } from '@parley/client';
import { openStage } from '../stage.ts';
import { startModelServer } from './model-server.ts';

// AI-1…AI-3: four models debate. After each turn every one of them says in one short call how much it wants
// the next; the one that wants it most has it. What that costs is counted by the prices of its service.
const server = await startModelServer({
  optimist: {
    urgencies: [0, 0.9, 0.2, 0.1, 0.7],
    speeches: ['Yes: it has three trees and a pond.', 'Then let us plant a fourth tree.'],
  },
  sceptic: { urgencies: [0, 0.6, 0.8, 0.2, 0], speeches: ['The pond is a puddle.'] },
  engineer: { urgencies: [0, 0.3, 0.4, 0.9, 0.1], speeches: ['I measured it: forty centimetres deep.'] },
  historian: { urgencies: [0, 0.1, 0.1, 0.3, 0.2], speeches: [] },
});
const service = (model: string) => ({
  baseURL: server.baseURL,
  model,
  rateLimits: { maxConcurrent: 2 },
  prices: { inputPerMillion: 3, outputPerMillion: 15, currency: 'EUR' },
});
const names = ['Optimist', 'Sceptic', 'Engineer', 'Historian'];
const stage = await openStage(
  'Is it a park?',
  { floor: { strategy: { kind: 'bidding', evaluation: 'urgency' } } },
  { services: Object.fromEntries(names.map((name) => [name.toLowerCase(), service(name.toLowerCase())])) },
);

// A human: what an agent asks for beyond the conversation has to be approved by one.
const desk = await connect(stage.url);
const host = await desk.join(stage.id, { kind: 'human', displayName: 'Host', roles: ['moderator'] });
let hasAsked = false;
host.on((event) => {
  if (event.event === 'bidding.opened' && hasAsked) void host.bids.pass(event.data.window);
});
for (const displayName of names) {
  await host.send('bridge.add', {
    kind: 'externalAI',
    displayName,
    settings: { service: displayName.toLowerCase(), instructions: 'Debate in one sentence at a time.' },
    engagement: { kind: 'bid' },
  });
}
await stage.until(({ participants }) =>
  names.every((name) => participants.some(({ displayName }) => displayName === name)),
);

const turns = 4;
await host.withFloor(
  (turn) => {
    hasAsked = true;
    return turn.say('Is it a park?', { final: true });
  },
  { urgency: 1 },
);
await stage.until(
  ({ floor, contributions, participants }) =>
    floor.phase === 'idle' &&
    contributions
      .filter(({ participant }) =>
        participants.some(({ id, kind }) => id === participant && kind === 'externalAI'),
      )
      .reduce((sum, contribution) => sum + contribution.utterances, 0) === turns,
);

const metrics = await (await fetch(`${stage.url}/metrics`)).text();
const figure = (name: string): number => {
  const [, value = '0'] = new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(metrics) ?? [];
  return Number(value);
};
const calls = (purpose: string): number =>
  figure(`parley_bridge_calls_total{kind="externalAI",purpose="${purpose}",outcome="ok"}`);
const cost = figure('parley_bridge_cost_total{kind="externalAI",currency="EUR"}');
stage.print(`${calls('turn')} turns and ${calls('bid')} bids for ${cost.toFixed(4)} EUR`);
stage.print(`${(cost / calls('turn')).toFixed(4)} EUR a turn`);
await desk.close();
await stage.close();
server.close();
