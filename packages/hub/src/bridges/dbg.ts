import { connect, http } from '@parley/client';
import { startHub } from '../app.ts';
import { settingsOf } from '../operations/settings.ts';
import { BridgeError } from './bridge.ts';
const started = await startHub(settingsOf({ port: 0, open: true, log: 'memory', logLevel: 'silent' }), {
  bridges: {
    externalAI: {
      kind: 'externalAI',
      async open() {
        throw new BridgeError('endpoint.blocked', 'x');
      },
    },
  },
});
const connection = await connect(started.connectLocal);
const api = http(started.url, connection.token === undefined ? {} : { token: connection.token });
const { id } = await api.createConversation({});
const ann = await connection.join(id, { kind: 'human', displayName: 'Ann', roles: ['moderator'] });
ann.on((e) => console.log(JSON.stringify(e)));
console.log(
  await ann.send('bridge.add', { kind: 'externalAI', displayName: 'Sage', settings: { service: 'house' } }),
);
await new Promise((r) => setTimeout(r, 500));
console.log(JSON.stringify(ann.view.bridges), ann.view.viewer);
await started.stop();
