import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { listFormat } from './list.ts';

export interface Formats {
  /** Hours and minutes. */
  readonly time: (at: string | number) => string;
  /** Date and time to the second, for who wants to know exactly. */
  readonly exact: (at: string | number) => string;
  /** A day for people, such as "Monday, 5 January". */
  readonly day: (at: string | number) => string;
  /** How long ago something was, such as "3 minutes ago". */
  readonly ago: (at: string | number) => string;
  /** Names and the like within a sentence, such as "Ana, Bo and Cleo". */
  readonly list: (words: readonly string[]) => string;
  /** A number with at most two places after the point. */
  readonly figure: (value: number) => string;
  /** A length of time to be read at a glance: `45 s`, `3 min`, `1 h 5 min`. */
  readonly duration: (ms: number) => string;
}

const SMALLEST = ['second', 1] as const;
const UNITS = [['day', 86_400], ['hour', 3_600], ['minute', 60], SMALLEST] as const;

/** The catalogue's language as it is spoken where the reader is: `en-GB` writes 14:05, `en-US` 2:05 PM. */
const regional = (language: string): string =>
  navigator.languages.find((candidate) => candidate.split('-')[0] === language) ?? language;

/** Dates and durations in the reader's language. */
export function useFormats(): Formats {
  const { i18n, t } = useTranslation();
  const language = regional(i18n.language);
  return useMemo(() => {
    const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
    const exact = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium' });
    const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
    const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
    const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
    return {
      ago: (at) => {
        const seconds = (new Date(at).getTime() - Date.now()) / 1000;
        const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? SMALLEST;
        return relative.format(Math.round(seconds / size), unit);
      },
      list: listFormat(language, i18n.dir()),
      figure: (value) => figure.format(value),
      time: (at) => time.format(new Date(at)),
      exact: (at) => exact.format(new Date(at)),
      day: (at) => day.format(new Date(at)),
      duration: (ms) => {
        const seconds = Math.max(0, Math.round(ms / 1000));
        if (seconds < 90) return t('duration.seconds', { count: seconds });
        const minutes = Math.round(seconds / 60);
        if (minutes < 90) return t('duration.minutes', { count: minutes });
        return t('duration.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
      },
    };
  }, [language, i18n, t]);
}
