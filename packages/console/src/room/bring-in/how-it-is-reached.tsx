import type { OfferedParticipants } from '@parley/client';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { PartialConfig } from '../../lobby/config-value.ts';
import { withValue } from '../../lobby/config-value.ts';
import { SettingField } from '../../lobby/setting-field.tsx';
import { TextField } from '../../shell/controls.tsx';
import { Icon } from '../../shell/icon.tsx';
import { Select } from '../../shell/select.tsx';
import type { Way } from './wish.ts';
import { MODEL_LIMITS } from './wish.ts';

interface WayProps {
  readonly offered: OfferedParticipants;
  readonly settings: PartialConfig;
  readonly errorAt: (path: string) => string | undefined;
  readonly onChange: (settings: PartialConfig) => void;
}

/** The fields of one way of bringing somebody in. */
export function HowItIsReached({ way, ...rest }: WayProps & { readonly way: Way }) {
  switch (way) {
    case 'a2aAgent':
      return <ByCard {...rest} />;
    case 'externalAI':
      return <Model {...rest} />;
    case 'localAgent':
      return <AgentOfTheHub {...rest} />;
    case 'openFloor':
      return <ByEnvelopes {...rest} />;
  }
}

const ADDRESS_CHARACTERS = 2_048;
const INSTRUCTIONS_CHARACTERS = 32_000;

const textOf = (settings: PartialConfig, key: string): string => {
  const value = settings[key];
  return typeof value === 'string' ? value : '';
};
/** An emptied field is one that was never filled in. */
const given = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

function ByCard({ settings, errorAt, onChange }: WayProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t('bring.card')}
        help={t('bring.cardHelp')}
        type="url"
        value={textOf(settings, 'card')}
        maxLength={ADDRESS_CHARACTERS}
        error={errorAt('settings.card')}
        onChange={(card) => onChange({ ...settings, card: card.trim() })}
      />
      <TextField
        label={t('bring.credential')}
        help={t('bring.credentialHelp')}
        value={textOf(settings, 'credential')}
        maxLength={64}
        error={errorAt('settings.credential')}
        onChange={(name) => onChange(withValue(settings, ['credential'], given(name)))}
      />
    </>
  );
}

function ByEnvelopes({ settings, errorAt, onChange }: WayProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('bring.serviceUrl')}
      help={t('bring.serviceUrlHelp')}
      type="url"
      value={textOf(settings, 'serviceUrl')}
      maxLength={ADDRESS_CHARACTERS}
      error={errorAt('settings.serviceUrl')}
      onChange={(serviceUrl) => onChange({ ...settings, serviceUrl: serviceUrl.trim() })}
    />
  );
}

/** No service has this name: names are of letters, digits, `_` and `-`. */
const OTHER = ':other';

function Model({ offered: { services }, settings, errorAt, onChange }: WayProps) {
  const { t } = useTranslation();
  const chosen = 'baseURL' in settings ? OTHER : textOf(settings, 'service');
  return (
    <>
      {services.length === 0 ? (
        <p className="field__help">{t('bring.noServices')}</p>
      ) : (
        <Select
          label={t('bring.service')}
          value={chosen}
          choices={[
            ...services.map(({ name, model }) => ({ value: name, label: `${name} · ${model}` })),
            { value: OTHER, label: t('bring.otherModel') },
          ]}
          onChange={(next) => onChange(choose(settings, next))}
        />
      )}
      {chosen === OTHER && (
        <>
          <TextField
            label={t('bring.baseURL')}
            help={t('bring.baseURLHelp')}
            type="url"
            value={textOf(settings, 'baseURL')}
            maxLength={ADDRESS_CHARACTERS}
            error={errorAt('settings.baseURL')}
            onChange={(baseURL) => onChange({ ...settings, baseURL: baseURL.trim() })}
          />
          <TextField
            label={t('bring.model')}
            value={textOf(settings, 'model')}
            maxLength={200}
            error={errorAt('settings.model')}
            onChange={(model) => onChange(withValue(settings, ['model'], given(model)))}
          />
        </>
      )}
      <TextField
        label={t('bring.instructions')}
        help={t('bring.instructionsHelp')}
        rows={3}
        value={textOf(settings, 'instructions')}
        maxLength={INSTRUCTIONS_CHARACTERS}
        error={errorAt('settings.instructions')}
        onChange={(text) => onChange(withValue(settings, ['instructions'], text === '' ? undefined : text))}
      />
      <Disclosure className="disclosure">
        <Heading level={3} className="disclosure__heading">
          <AriaButton slot="trigger" className="disclosure__trigger">
            <Icon name="chevron" />
            {t('bring.limits')}
          </AriaButton>
        </Heading>
        <DisclosurePanel className="disclosure__panel bring-limits">
          {MODEL_LIMITS.map((field) => (
            <SettingField
              key={field.path.join('.')}
              field={field}
              label={t(`bring.limit.${field.path.join('_')}`)}
              config={settings}
              onChange={onChange}
            />
          ))}
        </DisclosurePanel>
      </Disclosure>
    </>
  );
}

/** Either a service of the hub or an address, never both. */
function choose({ service: _, baseURL, model, ...rest }: PartialConfig, next: string): PartialConfig {
  if (next !== OTHER) return { ...rest, service: next };
  return { ...rest, baseURL: baseURL ?? '', ...(model === undefined ? {} : { model }) };
}

function AgentOfTheHub({ offered: { agents }, settings, onChange }: WayProps) {
  const { t } = useTranslation();
  if (agents.length === 0) return <p className="field__help">{t('bring.noAgents')}</p>;
  return (
    <Select
      label={t('bring.agent')}
      value={textOf(settings, 'agent')}
      choices={agents.map(({ name }) => ({ value: name, label: name }))}
      onChange={(agent) => onChange({ agent })}
    />
  );
}
