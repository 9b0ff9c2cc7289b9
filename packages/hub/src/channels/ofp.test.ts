import { expect, it } from 'vitest';
import { call, createConversation, tokenFor } from './hub.fixture.ts';
import type { Json } from './ofp/ofp.fixture.ts';
import {
  ACCEPT,
  Assistant,
  envelope,
  person,
  speak,
  start,
  textOf,
  types,
  utterance,
} from './ofp/ofp.fixture.ts';

it('[OF-1] an assistant joins by accepting, with its manifest, and is told who is there and what was said', async () => {
  const hub = await start();
  const { id } = await createConversation(hub, { title: 'Tea' });
  const ann = await person(hub, id);
  await speak(ann, id, 'Anybody?');
  const olive = new Assistant(hub, id, 'olive');
  const manifest = {
    identification: { speakerUri: olive.speakerUri, conversationalName: 'Olive', organization: 'Groves' },
    capabilities: [{ keyphrases: ['oil', 'soap'] }],
  };
  const events = await olive.send([
    { eventType: 'publishManifests', parameters: { servicingManifests: [manifest] } },
    ACCEPT,
  ]);
  expect(types(events)).toEqual(['invite']);
  expect(events[0]!['parameters'].dialogHistory.map((said: Json) => said['features'].text.tokens)).toEqual([
    [{ value: 'Anybody?' }],
  ]);
  expect(
    await ann.event('participant.joined', ({ data }) => data.participant.displayName === 'Olive'),
  ).toMatchObject({
    data: { participant: { kind: 'agent', capabilities: ['oil', 'soap'], interface: 'openFloor' } },
  });
  const { conversants, floorGranted, assignedFloorRoles } = olive.conversation;
  const names = conversants.map(({ identification }: Json) => identification.conversationalName);
  expect(names).toEqual(['Tea', 'Ann', 'Olive']);
  expect(conversants[2].identification.speakerUri).toBe(olive.speakerUri);
  expect(conversants[1].identification.speakerUri).toMatch(/^http:.*\/ofp\/c\/.*#prt_/);
  expect(floorGranted).toEqual([]);
  expect(assignedFloorRoles.convener).toEqual([conversants[0].identification.speakerUri]);
  expect(await olive.send([{ eventType: 'bye', reason: 'pressed' }])).toEqual([]);
  expect((await ann.event('participant.left'))['data']).toMatchObject({ cause: 'left', reason: 'pressed' });
});

it('[OF-1] an assistant that declines once it is in leaves', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  await olive.send([{ eventType: 'declineInvite', reason: '@outOfDomain' }]);
  expect((await ann.event('participant.left'))['data']).toMatchObject({
    cause: 'left',
    reason: '@outOfDomain',
  });
});

it('[OF-2] what it says is said in its turn, and others’ words come back in the answers', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  expect(types(await olive.say('Hello.'))).toEqual(['invite']);
  const features = { html: { mimeType: 'text/html', tokens: [{ value: '<b>Hi</b>' }] } };
  const text = { mimeType: 'text/plain', tokens: [{ value: 'Hi' }, { value: ' again' }] };
  await olive.say('', { dialogEvent: { features: { ...features, text } } });
  expect(await ann.event('speech.ended', ({ data }) => data.text === 'Hi again')).toMatchObject({
    data: { parts: [{ type: 'openFloor', feature: 'html', ...features.html }] },
  });
  const waiting = olive.wait();
  await speak(ann, id, 'Welcome.', { parts: [{ type: 'openFloor', feature: 'html', ...features.html }] });
  const [heard] = await waiting;
  expect(textOf(heard!)).toBe('Welcome.');
  expect(heard!['parameters'].dialogEvent.features.html).toEqual(features.html);
  expect(await olive.send([])).toEqual([]);
});

it('[OF-3] the floor is kept: out of turn nothing is said, and in turn it is', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const { grant } = await ann.do('floor.request', id);
  const refused = await olive.say('Me first!', {}, { prefer: 'wait=0' });
  expect(refused).toMatchObject([{ eventType: 'revokeFloor', to: { speakerUri: olive.speakerUri } }]);
  expect(refused[0]!['reason']).toMatch(/^@timedOut not said: your request stands/);
  expect(olive.conversation['floorGranted']).toHaveLength(1);
  const held = olive.say('After you.');
  await ann.do('speech', id, { grant, text: 'One.' });
  await ann.event('speech.ended', ({ data }) => data.text === 'After you.');
  expect(types(await held)).toEqual(['utterance']);
  expect(
    ann
      .events()
      .filter((event) => event['event'] === 'speech.ended')
      .map((event) => event['data'].text),
  ).toEqual(['One.', 'After you.']);
});

it('[OF-3] what is said in one envelope is said in one turn', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT, { eventType: 'requestFloor' }]);
  expect(await ann.do('floor.request', id)).toMatchObject({ queuePosition: 1 });
  await olive.send(['One.', 'Two.'].map((text) => utterance(olive.speakerUri, text)));
  await ann.event('floor.released');
  const told = ann.events().map(({ event, data }) => (event === 'speech.ended' ? data.text : event));
  expect(told.slice(told.indexOf('One.'))).toEqual(['One.', 'Two.', 'floor.released', 'floor.granted']);
});

it('[OF-3] requesting, being granted, yielding, and losing the floor have the words of Open Floor', async () => {
  const hub = await start();
  const { id, token } = await createConversation(hub, {
    config: { floor: { timers: { firstContentMs: 400 } } },
  });
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const requested = await olive.send([{ eventType: 'requestFloor', reason: 'an idea' }]);
  expect(types(requested)).toEqual(['grantFloor']);
  expect(olive.conversation['floorGranted']).toEqual([olive.speakerUri]);
  expect(await olive.send([{ eventType: 'requestFloor' }])).toMatchObject([{ eventType: 'grantFloor' }]);
  await olive.send([{ eventType: 'yieldFloor', reason: '@complete' }]);
  expect(olive.conversation['floorGranted']).toEqual([]);
  await ann.event('floor.released');
  await olive.send([{ eventType: 'requestFloor' }]);
  const [timedOut] = await olive.wait();
  expect(timedOut).toMatchObject({ eventType: 'revokeFloor', reason: '@timedOut no_content' });
  await olive.send([{ eventType: 'requestFloor' }]);
  const participant = olive.conversation['conversants'][2].identification;
  expect(participant.speakerUri).toBe(olive.speakerUri);
  const { body } = await call(hub, 'GET', `/v1/conversations/${id}`, { token });
  const me = body.participants.find(({ displayName }: Json) => displayName !== 'Ann').id;
  await call(hub, 'POST', `/v1/conversations/${id}/commands`, {
    token,
    body: { id: 'r', op: 'floor.revoke', data: { participant: me, reason: 'enough' } },
  });
  const [revoked] = (await olive.wait()).filter(({ eventType }) => eventType === 'revokeFloor');
  expect(revoked!['reason']).toBe('@brokenPolicy moderator: enough');
});

it('[OF-4] a manifest is told to whoever may know of the conversation, and of its people to them alone', async () => {
  const hub = await start({ open: false });
  const owner = await tokenFor(hub, 'owner');
  const { id } = await createConversation(hub, { title: 'Tea' }, owner);
  const ask = { eventType: 'getManifests' };
  const visitor = new Assistant(hub, id, 'visitor', owner);
  const [published] = await visitor.send([ask]);
  expect(published!['parameters'].servicingManifests).toMatchObject([
    { identification: { conversationalName: 'Tea', openFloorRoles: { convener: true } } },
  ]);
  expect(visitor.conversation['conversants']).toHaveLength(1);
  const olive = new Assistant(hub, id, 'olive', await tokenFor(hub, 'olive'));
  expect(await olive.post([ask])).toMatchObject({ status: 404, body: { code: 'not_found' } });
  await olive.send([ACCEPT]);
  const to = { speakerUri: olive.speakerUri };
  const [own] = await olive.send([{ ...ask, to }]);
  expect(own!['parameters'].servicingManifests).toMatchObject([
    { identification: { conversationalName: 'olive' } },
  ]);
  // As others know her, a member asks after her, and is told; a visitor is not.
  const oscar = new Assistant(hub, id, 'oscar', await tokenFor(hub, 'oscar'));
  await oscar.send([ACCEPT]);
  const known = (oscar.conversation['conversants'] as Json[]).find(
    ({ identification }) => identification.conversationalName === 'olive',
  );
  const after = { ...ask, to: { speakerUri: known!['identification'].speakerUri } };
  const manifestsFor = async (who: Assistant): Promise<Json[]> =>
    (await who.send([after]))[0]!['parameters'].servicingManifests;
  expect(await manifestsFor(oscar)).toHaveLength(1);
  expect(await manifestsFor(visitor)).toEqual([]);
});

it('[OF-5] without a token, as somebody else, or in another shape nothing gets in, and the path is told', async () => {
  const hub = await start({ open: false });
  const token = await tokenFor(hub, 'olive');
  const { id } = await createConversation(hub, {}, token);
  expect((await new Assistant(hub, id, 'x').post([ACCEPT])).status).toBe(401);
  const olive = new Assistant(hub, id, 'olive', token);
  await olive.send([ACCEPT]);
  const other = new Assistant(hub, id, 'other', token);
  const path = (body: Json) => [body['code'], body['details']?.path];
  expect(path((await other.post([])).body)).toEqual(['request.invalid', 'openFloor.sender.speakerUri']);
  const post = async (body: unknown, address = `/ofp/c/${id}`) =>
    path((await call(hub, 'POST', address, { token, body })).body);
  const good = envelope(id, olive.speakerUri, []);
  const wrong = (change: (openFloor: Json) => void): Json => {
    const copy = structuredClone(good);
    change(copy['openFloor']);
    return copy;
  };
  expect(await post({})).toEqual(['request.invalid', 'openFloor']);
  expect(await post(wrong((each) => (each['schema'].version = '0.9.2')))).toEqual([
    'request.invalid',
    'openFloor.schema.version',
  ]);
  expect(await post(wrong((each) => (each['events'] = [{ eventType: 7 }])))).toEqual([
    'request.invalid',
    'openFloor.events.0.eventType',
  ]);
  expect(await post(good, '/ofp/c/cnv_other')).toEqual(['request.invalid', 'openFloor.conversation.id']);
  expect(await post(envelope('cnv_none', olive.speakerUri, [ACCEPT]), '/ofp')).toEqual([
    'not_found',
    undefined,
  ]);
  const silent = { eventType: 'utterance', parameters: { dialogEvent: { features: {} } } };
  expect(await olive.send([silent])).toMatchObject([
    {
      eventType: 'revokeFloor',
      reason: expect.stringMatching(/^@error request.invalid: openFloor.events.0/),
    },
  ]);
  expect(await olive.send([{ eventType: 'context' }, { eventType: 'somethingNew' }])).toEqual([]);
});

it('[OF-6] a repeated envelope says a thing once, and an answer that was lost is had again', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const before = olive.received;
  const said = utterance(olive.speakerUri, 'Once.');
  await olive.send([said]);
  await olive.send([said]);
  await speak(ann, id, 'Noted.');
  expect(ann.events().filter((event) => event['event'] === 'speech.ended')).toHaveLength(2);
  const first = await olive.send([]);
  expect(first.map(textOf)).toEqual(['Noted.']);
  expect(await olive.send([])).toEqual([]);
  const again = await olive.send([], { 'last-event-id': before });
  expect(again.filter(({ eventType }) => eventType === 'utterance').map(textOf)).toEqual(['Noted.']);
});

const ROUTINGS = ['broadcast', 'topicBased'];
it.each(ROUTINGS)('[RT-6] [RT-7] whispers are heard by whom they are for, with %s', async (kind) => {
  const hub = await start();
  const config = { routing: { kind, whisper: true } };
  const { id } = await createConversation(hub, { config });
  const [ann, ben] = [await person(hub, id), await person(hub, id, 'Ben')];
  const [olive, other] = [new Assistant(hub, id, 'olive'), new Assistant(hub, id, 'other')];
  await olive.send([ACCEPT]);
  await other.send([ACCEPT]);
  const [, anns] = olive.conversation['conversants'].map(
    ({ identification }: Json) => identification.speakerUri,
  );
  await olive.say('between us', { to: { speakerUri: anns, private: true } });
  expect((await ann.event('speech.ended'))['data'].text).toBe('between us');
  const isOlive = ({ data }: Json) => data.participant.displayName === 'olive';
  const me = (await ann.event('participant.joined', isOlive))['data'].participant.id;
  await speak(ann, id, 'back to you', { to: [me], addressedTo: [me] });
  const heard = await olive.wait();
  expect(heard).toMatchObject([
    { eventType: 'utterance', to: { speakerUri: olive.speakerUri, private: true } },
  ]);
  const nobody = await olive.say('hello?', { to: { speakerUri: 'tag:nobody,2026:1', private: true } });
  expect(nobody[0]!['reason']).toMatch(/nobody here/);
  await speak(ben, id, 'for all');
  expect((await other.wait()).map(textOf)).toEqual(['for all']);
});

it('[RT-7] with visibility sinceJoin an assistant is told nothing from before it came', async () => {
  const hub = await start();
  const config = { history: { visibility: 'sinceJoin' } };
  const { id } = await createConversation(hub, { config });
  const ann = await person(hub, id);
  await speak(ann, id, 'before');
  const olive = new Assistant(hub, id, 'olive');
  const invited = await olive.send([ACCEPT]);
  expect(types(invited)).toEqual(['invite']);
  expect(JSON.stringify(invited)).not.toContain('before');
  await speak(ann, id, 'afterwards');
  expect((await olive.wait()).map(textOf)).toEqual(['afterwards']);
});

it('[OF-3] [RT-7] what is for somebody whom nobody knows here is not said to all', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const [own] = olive.conversation['conversants'].map(
    ({ identification }: Json) => identification.speakerUri as string,
  );
  const strangers = ['tag:nobody,2026:1', `${own!.split('#')[0]}#prt_gone`];
  for (const speakerUri of strangers) {
    const [answer] = await olive.say(`Only for ${speakerUri}.`, { to: { speakerUri } });
    expect(answer).toMatchObject({ eventType: 'revokeFloor', reason: expect.stringMatching(/nobody here/) });
  }
  await olive.say('For all.');
  const said = await ann.event('speech.ended');
  expect(said['data'].text).toBe('For all.');
});

it('[OF-3] who speaks to the floor speaks to all', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const ann = await person(hub, id);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  const floor = olive.conversation['conversants'].length > 0 ? `${hub.url}/ofp/c/${id}#floor` : '';
  expect(await olive.say('Good morning.', { to: { speakerUri: floor } })).toEqual([]);
  expect((await ann.event('speech.ended'))['data']).toMatchObject({ text: 'Good morning.', addressedTo: [] });
});

it('[OF-9] what is done to somebody whom nobody knows here is refused, and not passed over', async () => {
  const hub = await start();
  const { id } = await createConversation(hub);
  const olive = new Assistant(hub, id, 'olive');
  await olive.send([ACCEPT]);
  for (const eventType of ['uninvite', 'revokeFloor', 'grantFloor']) {
    const [answer] = await olive.send([{ eventType, to: { speakerUri: 'tag:nobody,2026:1' } }]);
    expect(answer!['reason']).toMatch(/nobody here/);
  }
});
