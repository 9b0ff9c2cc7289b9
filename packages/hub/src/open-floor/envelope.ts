import type { Result } from '@parley/core';
import { err } from '@parley/core';
import type { ValueProblem } from '@parley/protocol';
import { validate } from '@parley/protocol';
import { z } from 'zod';

/** The inter-agent message format that the hub writes; any 1.x is read. */
export const OPEN_FLOOR_VERSION = '1.1.0';

/** Events of one envelope: somebody who says more sends more envelopes. */
const EVENTS_MAX = 32;
const VISIBLE = /^[^\p{Cc}\s]+$/u;

const uri = z.string().min(1).max(2_048).regex(VISIBLE, { error: 'a URI' });
const text = z.string().max(2_000);

const feature = z.looseObject({
  mimeType: z.string().max(200),
  tokens: z.array(z.looseObject({ value: z.unknown().optional() })).max(1_000),
});

const dialogEvent = z.looseObject({
  id: z.string().min(1).max(200).optional(),
  speakerUri: uri.optional(),
  features: z.record(z.string().min(1).max(64), feature),
});

const identification = z.looseObject({
  speakerUri: uri,
  serviceUrl: uri.optional(),
  organization: text.optional(),
  conversationalName: text.optional(),
  synopsis: text.optional(),
});

const manifest = z.looseObject({
  identification,
  capabilities: z.array(z.looseObject({ keyphrases: z.array(text).optional() })).optional(),
});

const event = z.looseObject({
  eventType: z.string().min(1).max(64),
  to: z
    .looseObject({ speakerUri: uri.optional(), serviceUrl: uri.optional(), private: z.boolean().optional() })
    .optional(),
  reason: text.optional(),
  parameters: z
    .looseObject({
      dialogEvent: dialogEvent.optional(),
      servicingManifests: z.array(manifest).optional(),
      recommendScope: z.enum(['internal', 'external', 'all']).optional(),
    })
    .optional(),
});

const envelope = z.object({
  openFloor: z.looseObject({
    schema: z.looseObject({ version: z.string().regex(/^1\.\d+(\.\d+)?$/, { error: 'version 1.x' }) }),
    conversation: z.looseObject({ id: z.string().min(1).max(200) }),
    sender: z.looseObject({ speakerUri: uri, serviceUrl: uri.optional() }),
    events: z.array(event).max(EVENTS_MAX),
  }),
});

export type OpenFloorEvent = z.output<typeof event>;
export type DialogEvent = z.output<typeof dialogEvent>;
export type Manifest = z.output<typeof manifest>;
export type Envelope = z.output<typeof envelope>['openFloor'];

/** What a well-formed envelope holds. Fields that the specification does not name are let through unread. */
export function readEnvelope(value: unknown): Result<Envelope, ValueProblem> {
  const read = validate(envelope, value);
  return read.ok ? { ok: true, value: read.value.openFloor } : err(read.error);
}
