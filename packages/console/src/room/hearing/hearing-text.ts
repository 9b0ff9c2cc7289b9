import type { TFunction } from 'i18next';

interface Counts {
  readonly certain: number;
  readonly possible: number;
  /** All but the speaker. */
  readonly others: number;
  /** Whoever comes later does not hear it, however many do now. */
  readonly isWhisper?: boolean;
}

/** How many of the others hear it, in one sentence. */
export function hearingText({ certain, possible, others, isWhisper = false }: Counts, t: TFunction): string {
  if (others === 0) return t('hearing.alone');
  if (certain === others && !isWhisper) return t('hearing.all');
  if (certain + possible === 0) return t('hearing.none');
  if (possible === 0) return t('hearing.some', { count: certain, of: others });
  const most = certain + possible;
  return t(certain === 0 ? 'hearing.upTo' : 'hearing.range', { least: certain, most, of: others });
}
