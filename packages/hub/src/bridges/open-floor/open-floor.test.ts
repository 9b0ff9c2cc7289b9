import { afterEach, expect, it } from 'vitest';
import type { Hub } from '../../app.ts';
import type { WebSocketPeer } from '../../channels/hub.fixture.ts';
import { createConversation, dial, greet, openHub, tokenFor } from '../../channels/hub.fixture.ts';
import type { Json } from '../../channels/ofp/ofp.fixture.ts';
import { Assistant, AssistantServer, textOf } from '../../channels/ofp/ofp.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(values: Readonly<Record<string, unknown>> = {}): Promise<Hub> {
  const hub = await openHub(values);
  closing.push(() => hub.stop());
  return hub;
}

async function serve(
  answer: AssistantServer['answer'],
): Promise<{ olive: AssistantServer; serviceUrl: string }> {
  const olive = new AssistantServer(answer);
  const serviceUrl = await olive.open();
  closing.push(() => olive.close());
  return { olive, serviceUrl };
}

/** The person who made the conversation, in it as its moderator. */
async function moderator(hub: Hub): Promise<{ ann: WebSocketPeer; id: string }> {
  const { id, token } = await createConversation(hub);
  const ann = await greet(await dial(hub), token);
  closing.push(async () => ann.close());
  await ann.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
  return { ann, id };
}

const has = (events: readonly Json[], type: string): boolean =>
  events.some(({ eventType }) => eventType === type);
const bring = (serviceUrl: string, more: Json = {}): Json => ({
  kind: 'openFloor',
  displayName: 'Olive',
  settings: { serviceUrl },
  engagement: { kind: 'whenAddressed' },
  ...more,
});
const isOlive = ({ data }: Json): boolean => data.participant.displayName === 'Olive';

it('[OF-8] an assistant is invited by address, greets, and answers with the floor when it is spoken to', async () => {
  const hub = await start();
  const { olive, serviceUrl } = await serve(() => []);
  olive.answer = (events) => {
    if (has(events, 'getManifests')) {
      const identification = { speakerUri: olive.speakerUri, conversationalName: 'Olive Oyl' };
      const manifest = { identification, capabilities: [{ keyphrases: ['oil'] }] };
      const published = { eventType: 'publishManifests', parameters: { servicingManifests: [manifest] } };
      return [published, { eventType: 'acceptInvite' }, olive.say('Olive here.')];
    }
    return has(events, 'grantFloor')
      ? [olive.say('Green.'), olive.say('Always.'), { eventType: 'yieldFloor' }]
      : [];
  };
  const { ann, id } = await moderator(hub);
  expect(await ann.do('bridge.add', id, bring(serviceUrl))).toMatchObject({ status: 'active' });
  const joined = (await ann.event('participant.joined', isOlive))['data'];
  expect(joined).toMatchObject({
    participant: { kind: 'agent', capabilities: ['oil'] },
    metadata: { openFloor: { speakerUri: olive.speakerUri } },
  });
  await ann.event('speech.ended', ({ data }) => data.text === 'Olive here.');
  const { grant } = await ann.do('floor.request', id);
  await ann.do('speech', id, { grant, text: 'Which?', addressedTo: [joined.participant.id] });
  await ann.event('speech.ended', ({ data }) => data.text === 'Green.\n\nAlways.');
  const turn = olive.envelopes.find(({ events }) => has(events, 'grantFloor'))!;
  expect(turn['events'].map(({ eventType }: Json) => eventType)).toEqual(['utterance', 'grantFloor']);
  expect(textOf(turn['events'][0])).toBe('Which?');
  expect(turn['events'][0].to).toEqual({ speakerUri: olive.speakerUri });
  expect(turn['conversation'].floorGranted).toEqual([olive.speakerUri]);
  const { bridge } = (await ann.event('bridge.added'))['data'];
  await ann.do('bridge.remove', id, { bridge });
  await ann.event('participant.left');
  await expect.poll(() => has(olive.events, 'uninvite')).toBe(true);
});

it('[OF-8] one that declines does not come, and moderators read why', async () => {
  const hub = await start();
  const { serviceUrl } = await serve(() => [{ eventType: 'declineInvite', reason: '@outOfDomain oil only' }]);
  const { ann, id } = await moderator(hub);
  await ann.do('bridge.add', id, bring(serviceUrl));
  expect((await ann.event('bridge.reported'))['data'].problem).toEqual({
    code: 'agent.unreachable',
    message: 'The assistant declines: @outOfDomain oil only',
  });
});

it('[OF-8] an address that is not public is not called', async () => {
  const hub = await start({ open: false });
  const { olive, serviceUrl } = await serve(() => []);
  const token = await tokenFor(hub, 'ann');
  const { id } = await createConversation(hub, {}, token);
  const ann = await greet(await dial(hub), token);
  closing.push(async () => ann.close());
  await ann.do('conversation.join', id, { kind: 'human', displayName: 'Ann' });
  await ann.do('bridge.add', id, bring(serviceUrl));
  expect((await ann.event('bridge.reported'))['data'].problem.code).toBe('endpoint.blocked');
  expect(olive.envelopes).toEqual([]);
});

it('[OF-8] one that loses the floor while it thinks is told so, and what it answers then is not said', async () => {
  const hub = await start();
  const late = Promise.withResolvers<void>();
  const { olive, serviceUrl } = await serve(() => []);
  olive.answer = async (events) => {
    if (!has(events, 'grantFloor')) return [];
    await late.promise;
    return [olive.say('Too late.')];
  };
  const { ann, id } = await moderator(hub);
  await ann.do('bridge.add', id, bring(serviceUrl));
  const { participant } = (await ann.event('participant.joined', isOlive))['data'];
  const { grant } = await ann.do('floor.request', id);
  await ann.do('speech', id, { grant, text: 'Well?', addressedTo: [participant.id] });
  await expect.poll(() => has(olive.events, 'grantFloor')).toBe(true);
  await ann.do('floor.revoke', id, { participant: participant.id });
  await expect
    .poll(() => olive.events.find(({ eventType }) => eventType === 'revokeFloor')?.['reason'])
    .toMatch(/^@override/);
  late.resolve();
  await ann.do('topic.set', id, { topic: 'on' });
  expect(JSON.stringify(ann.events())).not.toContain('Too late.');
});

it('[OF-8] one that says goodbye leaves, and is not called back', async () => {
  const hub = await start();
  const { olive, serviceUrl } = await serve(() => []);
  olive.answer = (events) =>
    has(events, 'grantFloor')
      ? [olive.say('Goodbye.'), { eventType: 'bye' }]
      : [{ eventType: 'acceptInvite' }];
  const { ann, id } = await moderator(hub);
  await ann.do('bridge.add', id, bring(serviceUrl));
  const { participant } = (await ann.event('participant.joined', isOlive))['data'];
  const { grant } = await ann.do('floor.request', id);
  await ann.do('speech', id, { grant, text: 'Enough?', addressedTo: [participant.id] });
  await ann.event('speech.ended', ({ data }) => data.text === 'Goodbye.');
  await ann.event('participant.left');
  await ann.event('bridge.removed');
});

it('[OF-9] whom an assistant invites waits for a human moderator, and only moderators invite', async () => {
  const hub = await start();
  const { olive, serviceUrl } = await serve(() => [{ eventType: 'acceptInvite' }]);
  const { ann, id } = await moderator(hub);
  const host = new Assistant(hub, id, 'host');
  await host.send([{ eventType: 'acceptInvite' }]);
  const invite = { eventType: 'invite', to: { serviceUrl, speakerUri: 'tag:assistants.example,2026:Olive' } };
  expect(await host.send([invite])).toMatchObject([
    { eventType: 'declineInvite', reason: expect.stringMatching(/^@refused auth.forbidden/) },
  ]);
  const isHost = ({ data }: Json): boolean => data.participant.displayName === 'host';
  const { participant } = (await ann.event('participant.joined', isHost))['data'];
  await ann.do('role.set', id, { participant: participant.id, roles: ['moderator'] });
  expect(await host.send([invite])).toEqual([]);
  const added = (await ann.event('bridge.added'))['data'];
  expect(added).toMatchObject({
    kind: 'openFloor',
    displayName: 'Olive',
    status: 'pending',
    settings: { serviceUrl },
  });
  expect(olive.envelopes).toEqual([]);
  await ann.do('bridge.approve', id, { bridge: added.bridge });
  const arrived = (await ann.event('participant.joined', isOlive))['data'].participant;
  const uri = host.conversation['conversants'][0].identification.serviceUrl;
  await host.send([{ eventType: 'uninvite', to: { speakerUri: `${uri}#${arrived.id}` }, reason: 'thanks' }]);
  expect((await ann.event('participant.left'))['data']).toMatchObject({
    participant: arrived.id,
    cause: 'removed',
  });
});
