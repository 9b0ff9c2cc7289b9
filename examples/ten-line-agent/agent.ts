import { connect, runAgent } from '@parley/client';

const [hub, conversation] = process.argv.slice(2);
const connection = await connect(hub!);
const room = await connection.join(conversation!, { kind: 'agent', displayName: 'Echo' });
await runAgent(room, {
  name: 'Echo',
  async *onTurn({ transcript }) {
    const last = transcript.findLast((line) => line.kind === 'utterance');
    yield last ? `${last.displayName} said: ${last.text}` : 'Good morning.';
  },
});
await connection.close();
