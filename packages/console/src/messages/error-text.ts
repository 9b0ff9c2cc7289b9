import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ParleyError } from '@parley/client';

/** A sentence for people for anything that can go wrong: by the hub's code where the catalogue knows it. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof ParleyError)) {
        return t('errors.unexpected', { message: error instanceof Error ? error.message : String(error) });
      }
      if (isAboutName(error)) return t('errors.displayName');
      const key = `errors.${error.code}`;
      if (!i18n.exists(key)) return t('errors.unexpected', { message: error.message });
      const path = error.details?.['path'];
      const expected = error.details?.['expected'];
      const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
      return t(key, { seconds, path, expected, message: error.message });
    },
    [t, i18n],
  );
}

/** HU-3: what can be done about it is the same whatever is wrong: another name. */
const isAboutName = ({ code, details }: ParleyError): boolean =>
  code === 'request.invalid' && details?.['path'] === 'data.displayName';
