import type { AgentInterface } from '@a2a-js/sdk';
import { LIMITS } from '@parley/core';
import { toSpeakableText } from '@parley/protocol';
import type { BridgedProfile } from '../bridge.ts';
import type { FoundCard } from './card.ts';
import type { SignatureFinding } from './card-signature.ts';

/** As the participant's other lists (`LIMITS.listEntries`); the metadata as a whole has 8 KiB. */
const SKILLS_MAX = 32;
const SKILL_CHARACTERS = 80;
const TEXT_CHARACTERS = 200;

/** What everybody is told of the agent. It comes from the card, so it is what the agent says of itself. */
export function profileOf(
  { card, address }: FoundCard,
  chosen: AgentInterface,
  finding: Exclude<SignatureFinding, 'wrong'>,
): BridgedProfile {
  const skills = card.skills
    .map(({ name, id }) => oneLine(name || id, SKILL_CHARACTERS))
    .filter((name) => name !== '');
  const capabilities = [...new Set(skills)].slice(0, Math.min(SKILLS_MAX, LIMITS.listEntries));
  const provider = oneLine(card.provider?.organization ?? '', TEXT_CHARACTERS);
  return {
    capabilities,
    verified: finding !== 'unknown',
    ...ownerOf(finding, provider, address),
    metadata: {
      card: address,
      agent: oneLine(card.name, TEXT_CHARACTERS),
      version: oneLine(card.version, TEXT_CHARACTERS),
      description: oneLine(card.description, TEXT_CHARACTERS),
      ...(provider === '' ? {} : { provider }),
      protocol: `A2A ${oneLine(chosen.protocolVersion, 16)}`,
      transport: oneLine(chosen.protocolBinding, 16),
      streaming: card.capabilities?.streaming ?? false,
    },
  };
}

/**
 * Anybody can write anybody's name into a card and sign it with a key that lies beside it. A name counts where
 * the operator named the key's place; else it is the place that is shown (HU-3).
 */
function ownerOf(finding: SignatureFinding, provider: string, address: string): { owner?: string } {
  if (finding === 'vouched' && provider !== '') return { owner: provider };
  return finding === 'unknown' ? {} : { owner: new URL(address).host };
}

const oneLine = (text: string, characters: number): string =>
  toSpeakableText(text).replace(/\s+/g, ' ').trim().slice(0, characters).toWellFormed().trim();
