import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { humanise } from '../../lobby/humanise.ts';
import { SettingField } from '../../lobby/setting-field.tsx';
import type { Wish } from './wish.ts';
import { engagementFields, engagementKinds } from './wish.ts';

interface EngagementFieldProps {
  readonly engagement: Wish['engagement'];
  readonly onChange: (engagement: Wish['engagement']) => void;
}

/** When a participant that only answers when called wants the floor: each possibility in one sentence. */
export function EngagementField({ engagement, onChange }: EngagementFieldProps) {
  const { t } = useTranslation();
  return (
    <div className="field">
      <RadioGroup className="levels" value={engagement.kind} onChange={(kind) => onChange({ kind })}>
        <Label className="field__label">{t('bring.engagement')}</Label>
        {engagementKinds.map((kind) => (
          <Radio key={kind} value={kind} className="choice__option">
            <span className="choice__mark" aria-hidden="true" />
            <span>
              <strong>{t(`engagement.${kind}`, { defaultValue: humanise(kind) })}</strong>
              <span className="field__help">{t(`engagement.help.${kind}`, { defaultValue: '' })}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      {engagementFields(engagement.kind).map((field) => (
        <SettingField
          key={field.path.join('.')}
          field={field}
          config={{ engagement }}
          onChange={(changed) => onChange({ ...(changed['engagement'] as object), kind: engagement.kind })}
        />
      ))}
    </div>
  );
}
