import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Hub } from '../../app.ts';
import type { WebSocketPeer } from '../hub.fixture.ts';
import { dial, greet, openHub } from '../hub.fixture.ts';

// Envelopes are written here as the specification has them, without the hub's own code.
// Tests read answers freely; what they find there is what they assert.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = Record<string, any>;

export const utterance = (speakerUri: string, text: string, more: Json = {}): Json => ({
  eventType: 'utterance',
  ...more,
  parameters: {
    dialogEvent: {
      id: `de-${Math.random().toString(36).slice(2)}`,
      speakerUri,
      span: { startTime: '2026-01-01T00:00:00Z' },
      features: { text: { mimeType: 'text/plain', tokens: [{ value: text }] } },
      ...more['dialogEvent'],
    },
  },
});

export const envelope = (conversation: string, speakerUri: string, events: readonly Json[]): Json => ({
  openFloor: {
    schema: { version: '1.1.0' },
    conversation: { id: conversation },
    sender: { speakerUri },
    events,
  },
});

export const textOf = (event: Json): string =>
  event['parameters'].dialogEvent.features.text.tokens.map(({ value }: Json) => value).join('');

/** An assistant that posts to the hub. */
export class Assistant {
  readonly speakerUri: string;
  readonly #hub: Hub;
  readonly #conversation: string;
  readonly #headers: Record<string, string>;
  /** `Last-Event-ID` of the last answer. */
  received = '';
  /** The conversation section of the last answer. */
  conversation: Json = {};

  constructor(hub: Hub, conversation: string, name: string, token?: string) {
    this.#hub = hub;
    this.#conversation = conversation;
    this.speakerUri = `tag:assistants.example,2026:${name}`;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async post(
    events: readonly Json[],
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${this.#hub.url}/ofp/c/${this.#conversation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#headers, ...headers },
      body: JSON.stringify(envelope(this.#conversation, this.speakerUri, events)),
      ...(signal && { signal }),
    });
    this.received = response.headers.get('last-event-id') ?? '';
    return { status: response.status, body: (await response.json()) as Json };
  }

  /** The events of the answer; a refused envelope fails the test. */
  async send(events: readonly Json[], headers: Record<string, string> = {}): Promise<Json[]> {
    const { status, body } = await this.post(events, headers);
    if (status !== 200) throw new Error(JSON.stringify(body));
    this.conversation = body['openFloor'].conversation;
    return body['openFloor'].events;
  }

  say(text: string, more: Json = {}, headers: Record<string, string> = {}): Promise<Json[]> {
    return this.send([utterance(this.speakerUri, text, more)], headers);
  }

  wait(seconds = 5): Promise<Json[]> {
    return this.send([], { prefer: `wait=${seconds}` });
  }
}

/** An assistant at an address of its own, as it might be anywhere. */
export class AssistantServer {
  readonly speakerUri = 'tag:olive.example,2026:1';
  /** Every event that came, in order. */
  readonly events: Json[] = [];
  readonly envelopes: Json[] = [];
  #server: Server | null = null;
  /** What it answers, by the events of an envelope. */
  answer: (events: Json[]) => Json[] | Promise<Json[]>;

  constructor(answer: (events: Json[]) => Json[] | Promise<Json[]>) {
    this.answer = answer;
  }

  async open(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const { openFloor } = JSON.parse(Buffer.concat(chunks).toString()) as Json;
        this.envelopes.push(openFloor);
        this.events.push(...openFloor.events);
        const events = await this.answer(openFloor.events);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(envelope(openFloor.conversation.id, this.speakerUri, events)));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ofp`;
  }

  say(text: string): Json {
    return utterance(this.speakerUri, text);
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

/** A hub that stops with the test. */
export async function start(values: Readonly<Record<string, unknown>> = {}): Promise<Hub> {
  const hub = await openHub(values);
  onTestFinished(() => hub.stop());
  return hub;
}

/** A person in the conversation, over a WebSocket, until the test ends. */
export async function person(
  hub: Hub,
  id: string,
  displayName = 'Ann',
  more: Json = {},
): Promise<WebSocketPeer> {
  const peer = await greet(await dial(hub));
  onTestFinished(() => peer.close());
  await peer.do('conversation.join', id, { kind: 'human', displayName, ...more });
  return peer;
}

/** Takes the floor, which is free, and says this. */
export async function speak(peer: WebSocketPeer, id: string, text: string, more: Json = {}): Promise<void> {
  const { grant } = await peer.do('floor.request', id);
  await peer.do('speech', id, { grant, text, ...more });
}

export const types = (events: readonly Json[]): string[] => events.map(({ eventType }) => eventType);
export const ACCEPT = { eventType: 'acceptInvite' };
