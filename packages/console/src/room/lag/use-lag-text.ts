import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import type { Lag } from './lag.tsx';

/** How far behind a view is, in a few words. */
export function useLagText(lag: Lag | undefined): string {
  const { t } = useTranslation();
  const formats = useFormats();
  if (lag === undefined) return t('lag.behind');
  if (lag.lagMs !== null) return t('lag.behindTime', { time: formats.duration(lag.lagMs) });
  return lag.events === 0 ? t('lag.behind') : t('lag.behindEvents', { count: lag.events });
}
