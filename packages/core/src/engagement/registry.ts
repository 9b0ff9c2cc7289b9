import { assert } from '../kernel/assert.ts';
import type { SettingSpec, Variant } from '../kernel/settings.ts';
import { bid } from './bid.ts';
import type { Engagement } from './engagement.ts';
import { everyTurn } from './every-turn.ts';
import { onOffer } from './on-offer.ts';
import { onQuestion } from './on-question.ts';
import { onSilence } from './on-silence.ts';
import { whenAddressed } from './when-addressed.ts';

/** Every engagement by its wire name. */
export const engagements: Readonly<Record<string, Engagement>> = {
  [onOffer.kind]: onOffer,
  [whenAddressed.kind]: whenAddressed,
  [onQuestion.kind]: onQuestion,
  [everyTurn.kind]: everyTurn,
  [onSilence.kind]: onSilence,
  [bid.kind]: bid,
};

export const engagementSpec: SettingSpec & { type: 'variant' } = {
  type: 'variant',
  kinds: Object.fromEntries(Object.values(engagements).map(({ kind, settings }) => [kind, settings])),
  default: whenAddressed.kind,
  description: 'When it wants the floor.',
};

export function engagementOf({ kind }: Variant): Engagement {
  const engagement = engagements[kind];
  assert(engagement, `engagement ${kind} is registered`);
  return engagement;
}
