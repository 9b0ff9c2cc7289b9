import { useTranslation } from 'react-i18next';
import { Icon } from '../../shell/icon.tsx';
import { useLags } from './lag.tsx';
import { useLagText } from './use-lag-text.ts';

/** CS-1, CS-2: somebody does not have yet what was said; how far, where that was told. */
export function LagBadge({ participant }: { readonly participant: string }) {
  const { t } = useTranslation();
  const text = useLagText(useLags().get(participant));
  return (
    <span className="pill pill--warn" title={t('lag.help')}>
      <Icon name="clock" />
      {text}
    </span>
  );
}
