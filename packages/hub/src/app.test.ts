import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHub } from './app.ts';
import { call, createConversation, dial, greet, openHub, tokenFor } from './channels/hub.fixture.ts';
import { createLogger } from './operations/logging.ts';
import { settingsOf } from './operations/settings.ts';
import type { AppendOutcome, EventLog } from './ports/event-log.ts';
import { StorageError } from './ports/event-log.ts';
import { MemoryEventLog } from './storage/event-log.memory.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'parley-app-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const human = { kind: 'human', displayName: 'Ann' };

/** A log whose disk can be taken away. */
class BreakableLog extends MemoryEventLog {
  broken = false;

  override append(...given: Parameters<EventLog['append']>): Promise<AppendOutcome> {
    if (this.broken) return Promise.reject(new StorageError('storage.unavailable', 'no disk'));
    return super.append(...given);
  }
}

describe('a hub on the embedded log', () => {
  it('[RL-1] has its conversations, tokens and members after a restart, and resumes them', async () => {
    const first = await openHub({ log: 'sqlite', data, open: false });
    const token = await tokenFor(first, 'ann');
    const { id } = await createConversation(first, { title: 'Kept' }, token);
    const peer = await greet(await dial(first), token);
    const joined = await peer.do('conversation.join', id, human);
    const { grant } = await peer.do('floor.request', id);
    const topic = await peer.ask('topic.set', id, { topic: 'Tea' }, 'same-after-restart');
    await first.stop();
    expect(await peer.closing()).toMatchObject({ code: 4503 });

    const second = await openHub({ log: 'sqlite', data, open: false });
    const back = await greet(await dial(second), token);
    const resume = {
      participant: joined.participant,
      token: joined.resumeToken,
      epoch: joined.epoch,
      seq: topic['seq'],
    };
    const data2 = await back.do('conversation.join', id, { ...human, resume });
    expect(data2).toMatchObject({ resumed: true, participant: joined.participant });
    const lost = await back.event('participant.disconnected');
    expect(lost).toMatchObject({ after: topic['seq'], data: { cause: 'restart' } });
    await back.event('participant.returned');
    expect(await back.ask('topic.set', id, { topic: 'Tea' }, 'same-after-restart')).toEqual(topic);
    expect(await back.ask('speech', id, { grant, text: 'still mine' })).toMatchObject({ ok: true });
    back.close();
    await second.stop();
  });

  it('keeps its key and the operator’s token where only its owner can read them', async () => {
    const hub = await startHub(settingsOf({ port: 0, data, logLevel: 'silent' }));
    expect(hub.operator.file).toBe(join(data, 'operator-token'));
    const kept = (await readFile(hub.operator.file!, 'utf8')).trim();
    expect(kept).toBe(hub.operator.token);
    for (const file of ['operator-token', 'hub-key.pem']) {
      expect((await stat(join(data, file))).mode & 0o777).toBe(0o600);
    }
    const body = { subject: 'ann', kinds: ['human'], ttlSeconds: 60 };
    expect((await call(hub, 'POST', '/v1/tokens', { token: kept, body })).status).toBe(200);
    await hub.stop();
    const again = await startHub(settingsOf({ port: 0, data, logLevel: 'silent' }));
    expect(again.operator.token).toBe(kept);
    await again.stop();
  });

  it('leaves nothing open when its port is taken', async () => {
    const hub = await openHub();
    const settings = settingsOf({ port: hub.port, data, logLevel: 'silent' });
    await expect(startHub(settings)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await startHub(settingsOf({ port: 0, data, logLevel: 'silent' }));
    await other.stop();
    await hub.stop();
  });
});

describe('operations', () => {
  it('tells that it lives and is ready, and what its wire is', async () => {
    const hub = await openHub();
    expect(await call(hub, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await call(hub, 'GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true } });
    expect((await call(hub, 'GET', '/openapi.json')).body.openapi).toMatch(/^3\./);
    expect((await call(hub, 'GET', '/asyncapi.json')).body.asyncapi).toMatch(/^3\./);
    expect(JSON.stringify((await call(hub, 'GET', '/errors.json')).body)).toContain('floor.stale_grant');
    await hub.stop();
    await hub.stop();
  });

  it('counts commands by op and outcome with bounded labels', async () => {
    const hub = await openHub();
    const { id } = await createConversation(hub);
    const peer = await greet(await dial(hub));
    await peer.do('conversation.join', id, human);
    await peer.ask('speech', id, { grant: 1, text: 'x' });
    const { body, headers } = await call(hub, 'GET', '/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('parley_commands_total{op="conversation.join",outcome="ok"} 1');
    expect(body).toContain('parley_commands_total{op="speech",outcome="floor.not_holder"} 1');
    expect(body).toContain('parley_connections{channel="websocket"} 1');
    for (const name of [
      'append_seconds_bucket',
      'delivery_seconds_bucket',
      'outbox_bytes',
      'commands_waiting',
      'turns_waiting',
    ]) {
      expect(body).toContain(`parley_${name}`);
    }
    expect(body).toContain('parley_nodejs_eventloop_lag_seconds');
    expect(body).not.toContain(id);
    peer.close();
    await hub.stop();
  });

  it('serves the console with a policy that runs no inline script, or says how to build it', async () => {
    const hub = await openHub({ console: join(data, 'none') });
    for (const path of ['/', '/c/cnv_x']) {
      const { status, headers, body } = await call(hub, 'GET', path);
      expect(status).toBe(200);
      expect(body).toContain('npm run build');
      const policy = headers.get('content-security-policy')!;
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
    await hub.stop();
  });

  it('serves the built console: its pages, its files, and nothing beside them', async () => {
    await mkdir(join(data, 'dist', 'assets'), { recursive: true });
    await writeFile(join(data, 'dist', 'index.html'), '<!doctype html><title>Console</title>');
    await writeFile(join(data, 'dist', 'assets', 'app-1.js'), 'export {};');
    await writeFile(join(data, 'secret.txt'), 'secret');
    const hub = await openHub({ console: join(data, 'dist') });
    for (const path of ['/', '/c/cnv_x', '/c/cnv_x?at=7']) {
      const page = await call(hub, 'GET', path);
      expect(page.body).toContain('Console');
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
    const script = await call(hub, 'GET', '/assets/app-1.js');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
    for (const path of ['/assets/app-2.js', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/other']) {
      expect((await call(hub, 'GET', path)).body.code, path).toBe('not_found');
    }
    await hub.stop();
  });

  it('[DG-2] refuses commands while the log cannot be written, reads on, and heals by itself', async () => {
    const log = new BreakableLog();
    const hub = await openHub({}, { log });
    const { id } = await createConversation(hub);
    const peer = await greet(await dial(hub));
    await peer.do('conversation.join', id, human);
    const head = async () => (await call(hub, 'GET', `/v1/conversations/${id}`)).body.seq as number;
    const before = await head();
    log.broken = true;
    expect(await peer.ask('topic.set', id, { topic: 'lost' })).toMatchObject({
      error: { code: 'storage.unavailable', retryable: true },
    });
    const http = await call(hub, 'POST', '/v1/conversations', { body: {} });
    expect(http).toMatchObject({ status: 503, body: { code: 'storage.unavailable' } });
    expect(await head()).toBe(before);
    expect(await peer.ask('signal', id, { kind: 'hand' })).toMatchObject({ ok: true });
    expect(await call(hub, 'GET', '/readyz')).toMatchObject({ status: 503, body: { ready: false } });
    log.broken = false;
    expect(await peer.ask('topic.set', id, { topic: 'kept' })).toMatchObject({ ok: true, seq: before + 1 });
    expect((await call(hub, 'GET', '/readyz')).status).toBe(200);
    peer.close();
    await hub.stop();
  });

  it('[DG-2] a connection that was lost while the log was broken is told as soon as it heals', async () => {
    const log = new BreakableLog();
    const hub = await openHub({}, { log });
    const { id } = await createConversation(hub);
    const watcher = await greet(await dial(hub));
    await watcher.do('conversation.join', id, human);
    const leaver = await greet(await dial(hub));
    const { participant } = await leaver.do('conversation.join', id, { kind: 'agent', displayName: 'Bot' });
    log.broken = true;
    leaver.close();
    await leaver.closing();
    await new Promise((resolve) => setTimeout(resolve, 100));
    log.broken = false;
    expect((await watcher.event('participant.disconnected'))['data'].participant).toBe(participant);
    watcher.close();
    await hub.stop();
  });

  it('logs no token, authorisation or speech', async () => {
    const lines: string[] = [];
    const logger = createLogger('debug', { write: (line) => lines.push(line) });
    const hub = await openHub({}, { logger });
    const token = await tokenFor(hub, 'ann');
    const { id } = await createConversation(hub, {}, token);
    const peer = await greet(await dial(hub), token);
    const { resumeToken } = await peer.do('conversation.join', id, human);
    const { grant } = await peer.do('floor.request', id);
    await peer.do('speech', id, { grant, text: 'nobody logs this sentence' });
    const code = 'inv_abcdefgh.ijklmnop';
    logger.info(
      { frame: { data: { token, text: 'spoken' } }, headers: { authorization: `Bearer ${token}` } },
      'x',
    );
    logger.error(
      { err: new Error(`bad token ${token} and ${resumeToken} and ${code}`) },
      `failed for Bearer ${token}`,
    );
    peer.close();
    await hub.stop();
    const all = lines.join('');
    expect(all).toContain('[redacted]');
    for (const secret of [token, resumeToken, code, 'spoken', 'nobody logs this sentence']) {
      expect(all).not.toContain(secret);
    }
  });
});
