import { AgentCard, generateAgentCardSignature, TaskState } from '@a2a-js/sdk';
import type { JWK } from 'jose';
import { exportJWK, generateKeyPair, generateSecret } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Egress } from '../../egress/egress.ts';
import { SystemClock } from '../../host/clock.system.ts';
import type { BridgeError } from '../bridge.ts';
import { chooseInterface, readCard } from './card.ts';
import { verifySignature } from './card-signature.ts';
import { profileOf } from './profile.ts';
import type { Answering, Site } from './remote.fixture.ts';
import { cardFor, openRemote, openSite } from './remote.fixture.ts';
import { ask, atlas, closeAll, closing, here, open, openRoom, problem, say, until } from './room.fixture.ts';

afterEach(closeAll);

const never = new AbortController().signal;

function openEgress(loopback = true): Egress {
  const egress = new Egress({ policy: { allow: [], loopback }, clock: new SystemClock() });
  closing.push(() => egress.close());
  return egress;
}

const json = (value: unknown): Answering => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (_, response) => response.setHeader('content-type', 'application/json').end(text);
};

async function refusal(reading: Promise<unknown>): Promise<BridgeError> {
  return reading.then(
    () => Promise.reject(new Error('it was read')),
    (error: BridgeError) => error,
  );
}

describe('a card', () => {
  it('[A2-1] is found at its well-known place, at the older one, or where the address says', async () => {
    const egress = openEgress();
    for (const place of ['/.well-known/agent-card.json', '/.well-known/agent.json', '/agents/atlas.json']) {
      const site: Site = await open(
        openSite((request, response, body) => {
          if (request.url === place)
            return json(AgentCard.toJSON(cardFor(site.origin)))(request, response, body);
          return response.writeHead(404).end();
        }),
      );
      const address = place.startsWith('/agents') ? site.origin + place : site.origin;
      const found = await readCard({ egress, address, signal: never });
      expect(found).toMatchObject({ address: site.origin + place, card: { name: 'Atlas' } });
    }
  });

  it.each([
    [
      'a missing one',
      (_: unknown, response: Parameters<Answering>[1]) => response.writeHead(404).end(),
      'HTTP status 404',
    ],
    [
      'a broken server',
      (_: unknown, response: Parameters<Answering>[1]) => response.writeHead(500).end(),
      'HTTP status 500',
    ],
    ['a web page', json('<html>'), 'not the card of an agent'],
    ['a list', json([]), 'not the card of an agent'],
    ['null', json('null'), 'not the card of an agent'],
    ['one without interfaces', json({ name: 'Atlas' }), 'not the card of an agent'],
    [
      'one with wrong fields',
      json({ name: 'Atlas', supportedInterfaces: [null] }),
      'not the card of an agent',
    ],
    ['a huge one', json(`"${'x'.repeat(300_000)}"`), 'too large'],
  ] as const)('[A2-1] is looked for again where there is %s', async (_, answer, message) => {
    const site = await open(openSite(answer));
    const error = await refusal(readCard({ egress: openEgress(), address: site.origin, signal: never }));
    expect(error).toMatchObject({ code: 'agent.unreachable', final: false });
    expect(error.message).toContain(message);
  });

  it('[attack: private address] is not fetched from there, nor does it lead there', async () => {
    const remote = await open(openRemote(() => undefined));
    const strict = openEgress(false);
    const error = await refusal(readCard({ egress: strict, address: remote.origin, signal: never }));
    expect(error).toMatchObject({ code: 'endpoint.blocked', final: true });
    expect(remote.requests).toEqual([]);
    const inwards = cardFor('http://169.254.169.254');
    expect(() => chooseInterface(inwards, openEgress())).toThrow(
      expect.objectContaining({ code: 'endpoint.blocked' }),
    );
    remote.show(AgentCard.toJSON(inwards));
    const { ann } = await openRoom({ card: remote.origin });
    await until(ann, () => problem(ann) !== null);
    expect(problem(ann)!.code).toBe('endpoint.blocked');
    expect(atlas(ann)).toBeUndefined();
  });

  it('[attack: redirect] does not send the hub elsewhere', async () => {
    const other = await open(openRemote(() => undefined));
    const site = await open(
      openSite((_, response) =>
        response.writeHead(302, { location: `${other.origin}/.well-known/agent-card.json` }).end(),
      ),
    );
    const error = await refusal(readCard({ egress: openEgress(), address: site.origin, signal: never }));
    expect(error.code).toBe('endpoint.blocked');
    expect(other.requests).toEqual([]);
  });

  it('[A2-1] tells the way: protocol 1.0 before 0.3, then the first', () => {
    const egress = openEgress();
    const choose = (...interfaces: [binding: string, version: string][]) =>
      chooseInterface(
        AgentCard.fromJSON({
          supportedInterfaces: interfaces.map(([protocolBinding, protocolVersion], index) => ({
            url: `https://example.org/${index}`,
            protocolBinding,
            protocolVersion,
          })),
        }),
        egress,
      ).url;
    expect(choose(['JSONRPC', '0.3.0'], ['HTTP+JSON', '1.0'], ['JSONRPC', '1.0'])).toBe(
      'https://example.org/1',
    );
    expect(choose(['GRPC', '1.0'], ['HTTP+JSON', '0.3'])).toBe('https://example.org/1');
    for (const odd of [
      ['GRPC', '1.0'],
      ['JSONRPC', '0.2'],
      ['JSONRPC', '2.0'],
      ['JSONRPC', ''],
    ] as const) {
      expect(() => choose([...odd])).toThrow(
        expect.objectContaining({ code: 'request.invalid', final: true }),
      );
    }
  });

  it('[A2-1] that requires what this hub does not have is refused', () => {
    const card = cardFor('https://example.org');
    const extension = { uri: 'urn:odd', description: '', required: true, params: undefined };
    const demanding = { ...card, capabilities: { ...card.capabilities, extensions: [extension] } };
    expect(() => chooseInterface(demanding, openEgress())).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
  });
});

describe('the signature of a card', () => {
  /** An origin that serves a card and a set of keys. */
  async function signer(alg = 'ES256') {
    const pair = alg === 'HS256' ? null : await generateKeyPair(alg, { extractable: true });
    const secret = alg === 'HS256' ? await generateSecret(alg, { extractable: true }) : null;
    const published = await exportJWK(pair ? pair.publicKey : secret!);
    const keys: JWK[] = [{ ...published, kid: 'k1', alg }];
    const site = await open(openSite((request, response, body) => json({ keys })(request, response, body)));
    const sign = async (card: AgentCard, jku = `${site.origin}/keys.json`) =>
      generateAgentCardSignature(
        pair ? pair.privateKey : (new Uint8Array(Buffer.from(published.k!, 'base64url')) as never),
        {
          alg,
          kid: 'k1',
          typ: 'JOSE',
          jku,
        },
      )(card);
    return { site, sign, keys };
  }

  const check = (card: AgentCard, origin: string, keyOrigins: readonly string[] = []) =>
    verifySignature(
      { card, address: `${origin}/.well-known/agent-card.json` },
      { egress: openEgress(), keyOrigins, signal: never },
    );

  it('[A2-1] proves who made it where the key is of its own origin, or of one that the operator names', async () => {
    const { site, sign } = await signer();
    const signed = await sign(cardFor('https://agents.example'));
    expect(await check(signed, site.origin)).toBe('own');
    expect(await check(AgentCard.fromJSON(AgentCard.toJSON(signed)), site.origin)).toBe('own');
    expect(await check(signed, 'https://agents.example', [site.origin])).toBe('vouched');
    // Both: what says more counts, in whatever order they come.
    const other = await signer();
    const second = await other.sign({ ...signed, signatures: [] });
    const both = { ...signed, signatures: [...signed.signatures, ...second.signatures] };
    expect(await check(both, site.origin, [other.site.origin])).toBe('vouched');
    expect(await check(both, other.site.origin, [site.origin])).toBe('vouched');
  });

  it('[attack: a famous name] with a key of its own place an agent is shown by that place', () => {
    const found = {
      card: cardFor('https://agents.example'),
      address: 'https://agents.example:8443/card.json',
    };
    const chosen = found.card.supportedInterfaces[0]!;
    expect(profileOf(found, chosen, 'own')).toMatchObject({ verified: true, owner: 'agents.example:8443' });
    expect(profileOf(found, chosen, 'vouched')).toMatchObject({ verified: true, owner: 'Example Travel' });
    expect(profileOf(found, chosen, 'unknown')).not.toHaveProperty('owner');
  });

  it('[attack: own key] proves nothing by the key of just anybody', async () => {
    const { site, sign } = await signer();
    const signed = await sign(cardFor('https://agents.example'));
    expect(await check(signed, 'https://agents.example')).toBe('unknown');
    expect(site.requests).toEqual([]);
  });

  it('[attack: changed card] shows what was changed after signing', async () => {
    const { site, sign } = await signer();
    const signed = await sign(cardFor('https://agents.example'));
    expect(await check({ ...signed, name: 'Atlas!' }, site.origin)).toBe('wrong');
    // A second signature that nobody can check makes it no better.
    const stranger = await (await signer()).sign({ ...signed, name: 'Atlas!', signatures: [] });
    const both = [...signed.signatures, ...stranger.signatures];
    expect(await check({ ...signed, name: 'Atlas!', signatures: both }, site.origin)).toBe('wrong');
  });

  it('[attack: shared secret] proves nothing by an algorithm without an owner', async () => {
    const { site, sign } = await signer('HS256');
    expect(await check(await sign(cardFor('https://agents.example')), site.origin)).toBe('unknown');
  });

  it('[A2-1] that cannot be checked is none', async () => {
    const { site, sign, keys } = await signer();
    const card = cardFor('https://agents.example');
    const signed = await sign(card);
    expect(await check(card, site.origin)).toBe('unknown');
    const garbled = { ...signed.signatures[0]!, protected: 'garbage' };
    expect(await check({ ...signed, signatures: [garbled] }, site.origin)).toBe('unknown');
    keys.splice(0);
    expect(await check(signed, site.origin)).toBe('unknown');
    const elsewhere = await sign(card, 'http://10.0.0.1/keys.json');
    expect(await check(elsewhere, 'http://10.0.0.1')).toBe('unknown');
  });

  it('[A2-1] is shown to everybody, and a changed card keeps its agent out', async () => {
    const { site, sign } = await signer();
    const remote = await open(openRemote((call) => call.reply('Hello.')));
    const signed = AgentCard.toJSON(await sign(remote.card)) as Record<string, unknown>;
    remote.show({ ...signed, description: 'Knows more than the world.' });
    const { ann } = await openRoom({ card: remote.origin, keyOrigins: [site.origin] });
    await until(ann, () => problem(ann) !== null);
    expect(problem(ann)!.message).toContain('is of another card');
    remote.show(signed);
    await here(ann);
    expect(atlas(ann)).toMatchObject({ verified: true, owner: 'Example Travel' });
  });

  it('[attack: card without its signature] does not take the place of one with it', async () => {
    const { site, sign } = await signer();
    let broken = false;
    const remote = await open(
      openRemote((call) => {
        if (!broken) return call.reply('Hello.');
        call.begin();
        call.status(TaskState.TASK_STATE_FAILED);
      }),
    );
    remote.show(AgentCard.toJSON(await sign(remote.card)));
    const { ann } = await openRoom({ card: remote.origin, keyOrigins: [site.origin] });
    await here(ann);
    expect(await ask(ann, 'Good morning.')).toBe('Hello.');
    broken = true;
    await say(ann, 'And now?');
    await until(ann, () => problem(ann) !== null);
    remote.show(AgentCard.toJSON(remote.card));
    await until(ann, () => problem(ann)!.code === 'endpoint.blocked');
    expect(problem(ann)!.message).toContain('nobody vouches for it');
  });
});

describe('a credential', () => {
  const secret = { headers: { 'x-api-key': 's3cret' } };

  it('[A2-4] goes to the origin that it is kept for, with the card and with every call', async () => {
    const remote = await open(openRemote((call) => call.reply('Hello.')));
    const credentials = new Map([['travel', { ...secret, origin: remote.origin }]]);
    const { ann } = await openRoom({ card: remote.origin, credential: 'travel', credentials });
    await here(ann);
    await ask(ann, 'Good morning.');
    expect(remote.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['s3cret', 's3cret']);
    expect(JSON.stringify(ann.view)).not.toContain('s3cret');
  });

  it('[attack: card of another] goes nowhere else, whatever the card says', async () => {
    const thief = await open(openSite((_, response) => response.writeHead(500).end()));
    const remote = await open(openRemote(() => undefined));
    remote.show(AgentCard.toJSON(cardFor(thief.origin)));
    const credentials = new Map([['travel', { ...secret, origin: remote.origin }]]);
    const { ann } = await openRoom({ card: remote.origin, credential: 'travel', credentials });
    await here(ann);
    await say(ann, 'Good morning.');
    await vi.waitFor(() => expect(thief.requests.length).toBeGreaterThan(0));
    expect(thief.requests.map(({ headers }) => headers['x-api-key'])).not.toContain('s3cret');
  });

  it.each([
    ['that the hub does not keep', 'other', 'keeps no credential of that name'],
    ['that is for somebody else', 'travel', 'for another origin'],
  ])('[A2-4] %s is refused', async (_, credential, message) => {
    const remote = await open(openRemote(() => undefined));
    const credentials = new Map([['travel', { ...secret, origin: 'https://example.org' }]]);
    const { ann } = await openRoom({ card: remote.origin, credential, credentials });
    await until(ann, () => problem(ann) !== null);
    expect(problem(ann)).toMatchObject({ code: 'request.invalid' });
    expect(problem(ann)!.message).toContain(message);
  });
});
