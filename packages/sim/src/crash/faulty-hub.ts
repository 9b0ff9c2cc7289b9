/**
 * `faulty-hub.ts FAULT --open --port P …`: a hub that breaks a promise, for the negative controls of the crash
 * tests. It is told apart from the real one by the program that is started, not by a setting.
 */
import { parseArgs } from 'node:util';
import { settingsOf, startHub } from '@parley/hub';
import { HUB_FAULTS, type HubFault } from './hub-faults.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    open: { type: 'boolean', default: false },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    'operator-token': { type: 'string', default: '' },
    'heartbeat-ms': { type: 'string', default: '15000' },
    'poll-lease-ms': { type: 'string', default: '30000' },
  },
});
const fault = positionals[0] as HubFault | undefined;
if (fault === undefined || !Object.hasOwn(HUB_FAULTS, fault) || values.data === undefined) {
  process.stderr.write(`usage: faulty-hub.ts ${Object.keys(HUB_FAULTS).join('|')} --data DIR [--port P]\n`);
  process.exit(2);
}
const settings = settingsOf({
  open: values.open,
  host: values.host,
  port: Number(values.port),
  data: values.data,
  operatorToken: values['operator-token'],
  heartbeatMs: Number(values['heartbeat-ms']),
  pollLeaseMs: Number(values['poll-lease-ms']),
  logLevel: 'warn',
});
const hub = await startHub(settings, await HUB_FAULTS[fault](settings));
process.stdout.write(`${hub.url}\n`);
process.once('SIGTERM', async () => {
  await hub.stop();
  process.exit(0);
});
