import type { McpServer, ReadResourceResult } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode, ResourceTemplate } from '@modelcontextprotocol/server';
import type { State, Viewer } from '@parley/core';
import { project } from '@parley/core';
import { wireError } from '@parley/protocol';
import { transcript } from '../../delivery/transcript.ts';
import { accessTo } from '../../sessions/authorisation.ts';
import { notFound } from '../../sessions/refusal.ts';
import { viewerOf } from '../http/context.ts';
import { listConversations } from '../http/conversations.ts';
import { Refused } from '../http/refused.ts';
import type { Call } from '../calling/call.ts';
import { refusalOf } from './tool.ts';

/** Characters of a transcript that are kept, from its end; the whole is exported over HTTP. */
const TRANSCRIPT_MAX = 256 * 1024;
/** Conversations that are listed as resources; list_conversations pages through all. */
const LISTED = 50;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

interface Kind {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly read: (call: Call, state: State, viewer: Viewer) => Promise<string> | string;
}

const KINDS: readonly Kind[] = [
  {
    name: 'transcript',
    title: 'Transcript',
    description: 'What was said and decided, for reading: the end of it where it is long.',
    mimeType: 'text/markdown',
    read: ({ context }, state, viewer) =>
      endOf(transcript(context.parts.conversations, state, viewer, 'markdown')),
  },
  {
    name: 'state',
    title: 'State',
    description:
      'Participants, floor and queue, topic, open items, decisions and configuration as they are now.',
    mimeType: 'application/json',
    read: (_, state, viewer) => JSON.stringify(project(state, viewer)),
  },
];

/** `parley://conversation/{id}/transcript` and `…/state`, for whoever may know of the conversation. */
export function addResources(server: McpServer, call: Call): void {
  for (const kind of KINDS) {
    const uri = (id: string): string => `parley://conversation/${id}/${kind.name}`;
    const template = new ResourceTemplate(uri('{id}'), {
      list: async () => {
        const { conversations } = await listConversations(call.context.parts, call.caller, { limit: LISTED });
        return {
          resources: (conversations as { id: string; title: string }[]).map(({ id, title }) => ({
            uri: uri(id),
            name: `${id}/${kind.name}`,
            title: `${title || id}: ${kind.title}`,
            mimeType: kind.mimeType,
          })),
        };
      },
    });
    const { name, title, description, mimeType } = kind;
    server.registerResource(name, template, { title, description, mimeType }, (address, variables) =>
      readResource(call, kind, address.href, String(variables['id'])),
    );
  }
}

async function readResource(call: Call, kind: Kind, uri: string, id: string): Promise<ReadResourceResult> {
  try {
    const { parts } = call.context;
    const state = ID.test(id) ? await parts.conversations.state(id) : null;
    const access = state && accessTo(state, call.caller, parts.open);
    if (!state || !access) throw new Refused(notFound().error);
    const text = await kind.read(call, state, viewerOf(access));
    return { contents: [{ uri, mimeType: kind.mimeType, text }] };
  } catch (error) {
    const { code, message, details } = refusalOf(error, kind.name, call);
    const is = code === 'not_found' ? ProtocolErrorCode.ResourceNotFound : ProtocolErrorCode.InternalError;
    throw new ProtocolError(is, message, { uri, ...wireError(code, { detail: message, details }) });
  }
}

/** The last pieces, and that there were others. */
async function endOf(pieces: AsyncIterable<string>): Promise<string> {
  const kept: string[] = [];
  let characters = 0;
  let shortened = false;
  for await (const piece of pieces) {
    kept.push(piece);
    characters += piece.length;
    while (kept.length > 1 && characters - kept[0]!.length >= TRANSCRIPT_MAX) {
      characters -= kept.shift()!.length;
      shortened = true;
    }
  }
  return (shortened ? '*What was said before this is left out.*\n\n' : '') + kept.join('');
}
