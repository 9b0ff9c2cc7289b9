import type { Message } from '@a2a-js/sdk';
import { commandData, validate } from '@parley/protocol';
import { z } from 'zod';
import { invalid } from './errors.ts';

const join = commandData['conversation.join'].shape;
const speech = commandData.speech.shape;

/** What a message may say beside its parts, under `parley` in its metadata or in that of a part. */
const sendOptions = z.strictObject({
  /** As whom to join; without it the token's subject is the name. */
  join: z
    .strictObject({
      displayName: join.displayName.exactOptional(),
      roles: join.roles,
      capabilities: join.capabilities,
      topics: join.topics,
      interests: join.interests,
      metadata: join.metadata,
      offers: join.offers,
      invite: join.invite,
    })
    .exactOptional(),
  /** How it is said. */
  speech: z
    .strictObject({
      topics: speech.topics,
      addressedTo: speech.addressedTo,
      expectsReply: speech.expectsReply,
      inReplyTo: speech.inReplyTo,
      to: speech.to,
    })
    .exactOptional(),
  /** How the floor is asked for, where it is not one's turn. */
  request: commandData['floor.request'].exactOptional(),
  /** False: only says this, and does not ask for the next turn. */
  turns: z.boolean().exactOptional(),
});

export type SendOptions = z.output<typeof sendOptions>;

/** @throws RequestMalformedError with the exact path. */
export function optionsIn(message: Message): SendOptions {
  const carrier = [message, ...message.parts].find(({ metadata }) => metadata?.['parley'] !== undefined);
  if (!carrier) return {};
  const checked = validate(sendOptions, carrier.metadata!['parley'], 'message.metadata.parley');
  if (!checked.ok) throw invalid(checked.error);
  return checked.value;
}
