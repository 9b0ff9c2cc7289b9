import type { UtteranceLine } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import type { IconName } from '../../shell/icon.tsx';
import { Icon } from '../../shell/icon.tsx';

/** A reaction of this kind says how good an utterance was; the last one of each rater counts. */
export const RATING = 'rating';

export const RATINGS: readonly {
  readonly name: 'up' | 'neutral' | 'down';
  readonly value: number;
  readonly icon: IconName;
}[] = [
  { name: 'up', value: 1, icon: 'thumbUp' },
  { name: 'neutral', value: 0, icon: 'neutral' },
  { name: 'down', value: -1, icon: 'thumbDown' },
];

/** What the others' ratings of a line come to. */
export function Ratings({ line }: { readonly line: UtteranceLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const latest = new Map<string, number>();
  for (const { participant, rating } of line.reactions) {
    if (rating !== undefined && participant !== line.participant) latest.set(participant, rating);
  }
  if (latest.size === 0) return null;
  const mean = [...latest.values()].reduce((sum, each) => sum + each, 0) / latest.size;
  const icon = mean > 0 ? 'thumbUp' : mean < 0 ? 'thumbDown' : 'neutral';
  return (
    <p className="rating">
      <Icon name={icon} />
      {t('rating.sum', { count: latest.size, mean: formats.figure(mean) })}
    </p>
  );
}
