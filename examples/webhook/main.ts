import { connect } from '@parley/client';
import { openStage } from '../stage.ts';
import type { Notice } from './receiver.ts';
import { startReceiver } from './receiver.ts';

// PR-3: Eva is away. What is said to her reaches her by a signed call, and she comes back to answer.
const stage = await openStage('Somebody is away', {});
const called = Promise.withResolvers<Notice>();
let secret: string | null = null;
const receiver = await startReceiver(() => secret, called.resolve);

const phone = await connect(stage.url);
const eva = await phone.join(stage.id, {
  kind: 'human',
  displayName: 'Eva',
  async: true,
  webhook: { url: receiver.url },
});
secret = eva.webhookSecret;
const bob = await stage.enter('Bob');
await phone.close();
await stage.until(({ participants }) =>
  participants.some(({ displayName, connection }) => displayName === 'Eva' && connection === 'disconnected'),
);

await bob.withFloor((turn) => turn.say('What do you think, @Eva?', { final: true }));
const { data } = await called.promise;
stage.print(`Eva is called, for a ${data.kind} in “${data.title}”: ${data.excerpt}`);

const again = await connect(stage.url, phone.token === undefined ? {} : { token: phone.token });
const back = await again.join(stage.id, { kind: 'human', displayName: 'Eva', async: true });
await back.withFloor((turn) => turn.say('I am all for it.', { final: true }));
await stage.until(({ floor, contributions }) => floor.phase === 'idle' && contributions.length === 2);
await again.close();
receiver.close();
await stage.close();
