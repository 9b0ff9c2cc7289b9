import type { TFunction } from 'i18next';
import type { Formats } from '../../messages/formats.ts';

interface Muted {
  readonly cause: string;
  readonly reason?: string | null;
  readonly until?: string | null;
}

/** DG-3: why somebody is muted, in a moderator's words or by what its turns failed of, and until when. */
export function muteText({ cause, reason, until }: Muted, t: TFunction, formats: Formats): string {
  const own = reason ?? '';
  const why = cause === 'failures' ? t(`mute.failure.${own}`, { defaultValue: own }) : own;
  const who = t(`mute.${cause}`, { defaultValue: cause });
  const because = why === '' ? who : t('mute.because', { who, why });
  return until === null || until === undefined
    ? because
    : t('mute.until', { because, time: formats.time(until) });
}
