import { LIMITS, PARTICIPANT_KINDS } from '@parley/core';
import { z } from 'zod';
import { line, name } from './text.ts';

/** A day: no duration that a client gives is longer. */
const DURATION_MAX_MS = 86_400_000;
const TOPIC_CHARACTERS = 128;
const NAME_CHARACTERS = 64;
const METADATA_BYTES = 8_192;

/**
 * Names that every object answers to. As a key in a look-up each would be found where nothing was put,
 * so none is taken as an id or a name.
 */
const isTakenByObjects = (key: string): boolean => key in Object.prototype;

/** The id of a conversation, participant, utterance, item, …: `[A-Za-z0-9_-]{1,64}`. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'an id ([A-Za-z0-9_-]{1,64})' })
  .refine((value) => !isTakenByObjects(value), { error: 'an id that the hub gave' });

/** A frame's id, chosen by the client: the idempotency key. */
export const frameId = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,64}$/, { error: 'an id of the frame ([A-Za-z0-9_.:-]{1,64})' });

/** Position of an event in its conversation; 0 is before the first. */
export const seq = z.int().min(0);

/** A seq of an event that exists: also a grant's number. */
export const eventSeq = z.int().min(1);

export const seqOrUtterance = z.union([eventSeq, id], { error: 'a seq or the id of an utterance' });

/** An instant: RFC 3339. */
export const timestamp = z.iso.datetime({ offset: true, error: 'an instant in RFC 3339' });

/** A duration in milliseconds. */
export const millis = (description: string, min = 0) =>
  z.int().min(min).max(DURATION_MAX_MS).meta({ description, 'x-unit': 'ms' });

/** A count or an amount of milliseconds that the hub reports. */
export const count = z.int().min(0);

export const displayName = name(LIMITS.displayNameCharacters);
export const title = line(LIMITS.titleCharacters);
export const reason = line(LIMITS.reasonCharacters).describe('For people: why.');

/** A role, scope or kind of reaction: a short name that may be looked up. */
export const label = name(NAME_CHARACTERS).refine((value) => !isTakenByObjects(value), {
  error: 'another name',
});
export const topic = name(TOPIC_CHARACTERS).refine((value) => !isTakenByObjects(value), {
  error: 'another name',
});

/** A list that a client gives, bounded like all of them. */
export const listOf = <S extends z.ZodType>(entry: S) => z.array(entry).max(LIMITS.listEntries);

export const ids = listOf(id);
export const roles = listOf(label);
export const topics = listOf(topic);
export const phrases = listOf(name(200));

export const participantKind = z.enum(PARTICIPANT_KINDS);

/** How somebody takes part: a name, or a name and what can be done there (HU-1). */
export const participantInterface = z
  .union(
    [
      label,
      z.strictObject({
        name: label,
        streaming: z.boolean().describe('Shows speech while it is being said.').exactOptional(),
        notifications: z.boolean().describe('Calls its user when something waits.').exactOptional(),
        offline: z.boolean().describe('Keeps what is written while there is no connection.').exactOptional(),
      }),
    ],
    { error: 'a name such as console, or {name, streaming?, notifications?, offline?}' },
  )
  .describe('By what somebody takes part, such as console or terminal, and what that can do.');

const ADDRESS_EXPECTED = 'an address that begins with https://, without a user or password';

/**
 * An address outside that the hub is asked to call: an http or https URI of RFC 3986, so in ASCII. It names no
 * user: what is before an `@` is a secret, and nothing of a conversation may hold one. Other spellings that
 * browsers take for the same (`https:h`, backslashes) are refused, since readers differ in who is meant by them.
 */
export const address = z
  .string()
  .max(LIMITS.addressCharacters)
  .regex(/^(?=[\x21-\x7e]+$)[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/?#\\@]+(?:[/?#].*)?$/, {
    error: ADDRESS_EXPECTED,
  })
  .check(z.url({ error: ADDRESS_EXPECTED }));

/** Anything JSON about a participant, for the others; at most 8 KiB when serialised. */
export const metadata = z
  .record(name(NAME_CHARACTERS), z.unknown())
  .refine((value) => utf8Length(JSON.stringify(value)) <= METADATA_BYTES, {
    error: `at most ${METADATA_BYTES} bytes of JSON`,
  })
  .meta({ description: `Any JSON; at most ${METADATA_BYTES} bytes when serialised.` });

/** A piece of an utterance that is not text; kept and passed on as it is. */
export const speechPart = z.looseObject({ type: label });

/** Bytes of a text in UTF-8; `TextEncoder` belongs to no ECMAScript edition. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
