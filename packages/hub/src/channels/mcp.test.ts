import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../app.ts';
import { createConversation, dial, greet, openHub } from './hub.fixture.ts';
import type { Revision } from './mcp/mcp.fixture.ts';
import { ModelHost, REVISIONS, said } from './mcp/mcp.fixture.ts';

let hub: Hub;
const hosts: ModelHost[] = [];
beforeAll(async () => {
  hub = await openHub();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => hub.stop());

const human = { kind: 'human', displayName: 'Ann' };

describe.each(Object.keys(REVISIONS) as Revision[])('in revision %s', (revision) => {
  const host = async (conversation?: string, displayName = 'Bot'): Promise<ModelHost> => {
    const opened = await ModelHost.connect(hub, revision);
    hosts.push(opened);
    if (conversation !== undefined) await opened.join(conversation, displayName);
    return opened;
  };

  it('[MC-1] a model that knows nothing finds tools that tell it all, and resources', async () => {
    const { client } = await host();
    expect(client.getInstructions()).toMatch(/join.*handle.*wait_for_turn.*say/s);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(
      // Exactly these: what is missing or new here is missing or new in the guide.
      [
        'bid',
        'join',
        'leave',
        'list_conversations',
        'read',
        'release',
        'request_floor',
        'say',
        'vote',
        'wait_for_turn',
      ],
    );
    // Waits are as long as said in the guide where nothing is said of it.
    const waits = tools.filter(({ inputSchema }) => inputSchema.properties?.['waitMs']);
    expect(waits.map(({ name, inputSchema }) => [name, inputSchema.properties!['waitMs']])).toMatchObject([
      ['wait_for_turn', { default: 25_000 }],
      ['say', { default: 25_000 }],
    ]);
    for (const { name, description = '', inputSchema, annotations } of tools) {
      expect(description.length, name).toBeGreaterThan(60);
      expect(annotations?.openWorldHint, name).toBe(false);
      expect(JSON.stringify(inputSchema), name).not.toContain('\\p{');
      for (const [key, property] of Object.entries(inputSchema.properties ?? {})) {
        if (key !== 'reason' && key !== 'status')
          expect(property, `${name}.${key}`).toHaveProperty('description');
      }
    }
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'parley://conversation/{id}/transcript',
      'parley://conversation/{id}/state',
    ]);
  });

  it('[MC-2] lists, joins, reads, asks, says, and leaves', async () => {
    const { id } = await createConversation(hub, { title: 'Tea' });
    const ann = await greet(await dial(hub));
    await ann.do('conversation.join', id, human);
    const bot = await host();
    const { conversations } = await bot.use('list_conversations', { status: 'active' });
    expect(conversations).toContainEqual(expect.objectContaining({ id, title: 'Tea' }));
    expect(await bot.join(id, 'Bot', { capabilities: ['tea'] })).toMatchObject({
      conversation: { id, title: 'Tea', status: 'active' },
      turns: { kind: 'sequential', how: expect.stringContaining('First come') },
      floor: { you: 'listening', speaking: [] },
      participants: [
        { name: 'Ann', kind: 'human' },
        { name: 'Bot', kind: 'agent' },
      ],
    });
    expect(await bot.use('request_floor', { urgency: 0.9 })).toMatchObject({ status: 'granted' });
    expect(await bot.wait()).toMatchObject({
      timedOut: false,
      floor: { you: 'speaking' },
      asked: [{ kind: 'turn', use: 'say' }],
    });
    const { utterance } = await bot.use('say', { text: 'Green or black?', addressedTo: [] });
    expect((await ann.event('speech.ended'))['data']).toMatchObject({ utterance, text: 'Green or black?' });
    expect(said(await bot.use('read', { after: 0 }))).toEqual(['Bot: Green or black?']);
    expect(await bot.use('leave', { reason: 'tea' })).toEqual({ left: true });
    expect((await ann.event('participant.left'))['data']).toMatchObject({ cause: 'left', reason: 'tea' });
    expect(await bot.ask('read', { handle: bot.handle })).toMatchObject({
      error: { code: 'participant.not_joined' },
    });
    ann.close();
  });

  it('[RT-6] a model is told that it was whispered to, and by whom else it was heard', async () => {
    const { id } = await createConversation(hub, {
      config: { routing: { kind: 'topicBased', whisper: true } },
    });
    const ann = await greet(await dial(hub));
    await ann.do('conversation.join', id, human);
    const bot = await host(id);
    const tell = async (text: string, more: object = {}): Promise<void> => {
      const { grant } = await ann.do('floor.request', id);
      await ann.do('speech', id, { grant, text, ...more });
    };
    await tell('For you.', { to: [bot.participant] });
    await tell('For all.');
    const { lines } = await bot.use('read', { after: 0 });
    const spoken = (text: string) => lines.find((line: { said?: string }) => line.said === text);
    expect(spoken('For you.')).toMatchObject({
      whisperedTo: [{ id: bot.participant, name: 'Bot', kind: 'agent' }],
      whisperedToYou: true,
    });
    expect(spoken('For all.')).not.toHaveProperty('whisperedTo');
    expect(spoken('For all.')).not.toHaveProperty('whisperedToYou');
    ann.close();
  });

  it('[MC-3] two models take turns: say alone asks, waits and speaks', async () => {
    const { id } = await createConversation(hub);
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    await ada.use('request_floor');
    const bobs = bob.use('say', { text: 'After you.', waitMs: 10_000 });
    await expect
      .poll(async () => (await ada.use('read')).floor)
      .toMatchObject({ you: 'speaking', waiting: 1 });
    expect(await ada.use('say', { text: 'One.', keepFloor: true })).toMatchObject({ said: true });
    expect(await ada.use('say', { text: 'Two.' })).toMatchObject({ said: true });
    expect(await bobs).toMatchObject({ said: true });
    expect(said(await ada.use('read', { after: 0 }))).toEqual(['Ada: One.', 'Ada: Two.', 'Bob: After you.']);
  });

  it('[MC-3] two models bid for turns: the better bid speaks, the other learns that it lost', async () => {
    const strategy = { kind: 'bidding', bidWindowMs: 1_000 };
    const { id } = await createConversation(hub, { config: { floor: { strategy } } });
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    const lost = ada.use('say', { text: 'Me!', urgency: 0.2, waitMs: 10_000 });
    expect((await bob.wait())['asked']).toMatchObject([{ kind: 'bid', use: 'bid' }]);
    const placed = await bob.use('bid', { urgency: 0.9, estimatedMs: 1_000, preview: 'a joke' });
    expect(placed).toMatchObject({ bid: expect.any(String) });
    expect((await bob.wait())['asked']).toMatchObject([{ kind: 'turn' }]);
    expect(await lost).toMatchObject({ said: false, lost: true });
    expect(await bob.use('say', { text: 'I won.' })).toMatchObject({ said: true });
    const next = await ada.wait();
    expect(next['asked']).toMatchObject([{ kind: 'bid' }]);
    expect(await ada.use('bid', { pass: true })).toMatchObject({ window: next['asked'][0].window });
  });

  it('[MC-3] models vote on who speaks', async () => {
    const strategy = { kind: 'consensus', votingPeriodMs: 10_000, minVotes: 2 };
    const { id } = await createConversation(hub, { config: { floor: { strategy } } });
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    await ada.use('request_floor');
    for (const voter of [ada, bob]) {
      const { asked } = await voter.wait();
      const [{ kind, candidates, ballot }] = asked;
      expect({ kind, candidates }).toEqual({ kind: 'vote', candidates: [ada.participant] });
      await voter.use('vote', { ballot, choice: candidates[0] });
    }
    expect((await ada.wait())['asked']).toMatchObject([{ kind: 'turn' }]);
    expect(await ada.use('release')).toMatchObject({ released: true });
  });

  it('[MC-3] what is asked first comes before what one would say: a vote, here', async () => {
    const strategy = { kind: 'consensus', votingPeriodMs: 10_000, minVotes: 2 };
    const { id } = await createConversation(hub, { config: { floor: { strategy } } });
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    await ada.use('request_floor');
    const answer = await bob.use('say', { text: 'Wait for me.', waitMs: 2_000 });
    expect(answer).toMatchObject({ said: false, timedOut: false, asked: [{ kind: 'vote', use: 'vote' }] });
    expect(answer).not.toHaveProperty('lost');
    expect(said(await ada.use('read', { after: 0 }))).toEqual([]);
  });

  it('[MC-3] an answer that one is asked for is asked of it, while the word is its own', async () => {
    const { id } = await createConversation(hub, { config: { floor: { replyWindowMs: 60_000 } } });
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    await ada.use('say', { text: 'And you, Bob?', addressedTo: [bob.participant], expectsReply: true });
    expect((await bob.use('read'))['asked']).toMatchObject([{ kind: 'answer', use: 'say' }]);
    expect((await ada.use('read'))['asked']).toEqual([]);
    expect(await bob.use('say', { text: 'I agree.' })).toMatchObject({ said: true });
  });

  it('[CS-1] a model that waits is told that the others wait for it to have heard, and by going on it has', async () => {
    const consistency = { kind: 'strong', barrierTimeoutMs: 60_000 };
    const { id } = await createConversation(hub, { config: { consistency } });
    const [ada, bob] = [await host(id, 'Ada'), await host(id, 'Bob')];
    await ada.use('say', { text: 'Heard?' });
    const told = await bob.wait();
    expect([said(told), told['asked']]).toEqual([['Ada: Heard?'], [{ kind: 'read', use: 'read' }]]);
    const bobs = bob.use('say', { text: 'Yes.', after: bob.next });
    expect((await ada.wait())['asked']).toMatchObject([{ kind: 'read' }]);
    await ada.use('read', { after: ada.next });
    expect(await bobs).toMatchObject({ said: true });
    expect(said(await bob.wait())).toEqual(['Bob: Yes.']);
  });

  it('[MC-4] what others say is heard as they say it, and then whole', async () => {
    const { id } = await createConversation(hub);
    const ann = await greet(await dial(hub));
    await ann.do('conversation.join', id, human);
    const bot = await host(id);
    const waiting = bot.wait();
    const { grant } = await ann.do('floor.request', id);
    const { utterance } = await ann.do('speech.start', id, { grant, addressedTo: [bot.participant] });
    const delta = (text: string) =>
      ann.sendText(
        JSON.stringify({ id: 'd', op: 'speech.delta', conversation: id, data: { utterance, text } }),
      );
    delta('Tell ');
    await expect.poll(() => bot.progress.join('|')).toContain('Ann: Tell ');
    delta('me.');
    await expect.poll(() => bot.progress.join('|')).toContain('me.');
    await ann.do('speech.end', id, { utterance });
    const answer = await waiting;
    expect(answer['timedOut']).toBe(false);
    expect(answer['lines'].at(-1)).toMatchObject({
      by: { name: 'Ann', kind: 'human' },
      said: 'Tell me.',
      addressedToYou: true,
    });
    ann.close();
  });

  it('[MC-4] waiting ends in time, and says from where to go on', async () => {
    const { id } = await createConversation(hub);
    const bot = await host(id);
    const { timedOut, next, lines } = await bot.wait(50);
    expect({ timedOut, lines }).toEqual({ timedOut: true, lines: [] });
    expect(next).toBe(bot.next);
    expect((await bot.use('read', { after: 9_999 })).next).toBe(next);
  });

  it('[MC-4] what comes in piece by piece while one waits is one answer’s worth, and nothing of it is lost', async () => {
    const { id } = await createConversation(hub);
    const ann = await greet(await dial(hub));
    await ann.do('conversation.join', id, human);
    const bot = await host(id);
    const long = (mark: string): string => `${mark}${'x'.repeat(29_999)}`;
    const waiting = bot.wait(3_000);
    const { grant } = await ann.do('floor.request', id);
    const say = (text: string, parts: object[] = []) =>
      ann.do('speech', id, { grant, text, parts, final: false });
    for (const mark of ['1', '2', '3', '4']) await say(long(mark));
    // More than fits into any answer, alone.
    await say(long('5'), [{ type: 'data', data: 'y'.repeat(35_250) }]);
    const told = [await waiting];
    expect(told[0]).toMatchObject({ timedOut: false, more: true });
    while (told.at(-1)!['more']) told.push(await bot.use('read', { after: bot.next }));
    const marks = told.map((answer) => said(answer).map((line) => line.slice('Ann: '.length)[0]));
    expect(marks).toEqual([['1', '2'], ['3', '4'], ['5']]);
    ann.close();
  });

  it('[MC-5] what is wrong is told with its code and its exact path, and appends nothing', async () => {
    const { id } = await createConversation(hub);
    const bot = await host(id);
    const refused = async (tool: string, input: object, code: string, path?: string) => {
      const { error } = await bot.ask(tool, { handle: bot.handle, ...input });
      expect([tool, error]).toMatchObject([tool, { code, ...(path && { details: { path } }) }]);
    };
    await refused('say', { text: 5 }, 'request.invalid', 'arguments.text');
    await refused('say', { text: 'a\u202eb' }, 'request.invalid', 'arguments.text');
    await refused('say', { text: 'x', surprise: 1 }, 'request.invalid', 'arguments.surprise');
    await refused('read', { after: -1 }, 'request.invalid', 'arguments.after');
    await refused('vote', { choice: 'abstain' }, 'not_found');
    await refused('bid', {}, 'not_found');
    await refused('read', { handle: `${bot.handle}x` }, 'resume.denied');
    expect(await bot.ask('join', { conversation: 'cnv_missing', displayName: 'B' })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect((await bot.use('read')).lines).toHaveLength(1);
    await expect(bot.client.callTool({ name: 'shout', arguments: {} })).rejects.toThrow(/shout/);
  });

  it('[MC-6] transcript and state are resources that keep to what the reader may read', async () => {
    const config = { routing: { kind: 'broadcast', whisper: true } };
    const { id } = await createConversation(hub, { title: 'Tea', config });
    const bot = await host(id);
    const eve = await host(id, 'Eve');
    await bot.use('say', { text: 'Hear *me*.' });
    await bot.use('say', { text: 'Not for all.', to: [eve.participant] });
    const read = async (name: string) => {
      const { contents } = await bot.client.readResource({ uri: `parley://conversation/${id}/${name}` });
      return contents[0] as { text: string; mimeType: string };
    };
    expect(await read('transcript')).toMatchObject({
      mimeType: 'text/markdown',
      text: expect.stringContaining('Hear \\*me\\*.'),
    });
    // Under --open nobody is known by a connection alone: this is a stranger's reading.
    expect((await read('transcript')).text).not.toContain('Not for all');
    const state = JSON.parse((await read('state')).text) as { credits: unknown };
    expect(state).toMatchObject({ id, title: 'Tea', status: 'active' });
    expect(state.credits).toEqual([]);
    const { resources } = await bot.client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`parley://conversation/${id}/state`);
    await expect(bot.client.readResource({ uri: 'parley://conversation/cnv_no/state' })).rejects.toThrow(
      /no such/,
    );
  });
});
