import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { hueOf } from '../../shell/portrait.ts';

interface SpeakingChartProps {
  readonly rows: readonly {
    readonly participant: string;
    readonly name: string;
    readonly speakingMs: number;
  }[];
}

/** Whoever spoke longest first; beyond so many the table is easier to read. */
const MOST_BARS = 10;

/** Speaking time as bars. One picture with one description; the table beside it has every number. */
export function SpeakingChart({ rows }: SpeakingChartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const shown = rows.slice(0, MOST_BARS);
  const longest = Math.max(1, ...shown.map(({ speakingMs }) => speakingMs));
  const inWords = shown
    .map(({ name, speakingMs }) => t('fairness.bar', { name, time: formats.duration(speakingMs) }))
    .join(', ');
  return (
    <div className="chart" role="img" aria-label={t('fairness.chart', { bars: inWords })}>
      {shown.map(({ participant, name, speakingMs }) => (
        <div key={participant} className="chart__row">
          <bdi className="chart__name" dir="auto">
            {name}
          </bdi>
          <svg className="chart__bar" viewBox="0 0 100 1" preserveAspectRatio="none">
            <rect
              className={`chart__fill hue-${hueOf(participant)}`}
              width={(100 * speakingMs) / longest}
              height="1"
            />
          </svg>
        </div>
      ))}
    </div>
  );
}
