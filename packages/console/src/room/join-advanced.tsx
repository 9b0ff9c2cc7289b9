import {
  Button,
  Checkbox,
  CheckboxGroup,
  Disclosure,
  DisclosurePanel,
  Heading,
  Label,
  Radio,
  RadioGroup,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { View } from '../session/types.ts';
import { Icon } from '../shell/icon.tsx';

/** What somebody wants for oneself alone: how one's view is kept, and the roles that routing looks at. */
export interface OwnView {
  /** Null: as the conversation says. */
  readonly level: string | null;
  readonly roles: readonly string[];
}

const LEVELS = ['strong', 'eventual', 'causal', 'bestEffort'] as const;
const AS_THE_CONVERSATION = 'conversation';
/** Roles that are not anybody's own choice here, or are asked for above. */
const GIVEN: ReadonlySet<string> = new Set(['moderator', 'participant', 'observer']);

interface JoinAdvancedProps {
  readonly config: View['config'];
  readonly own: OwnView;
  readonly onChange: (own: OwnView) => void;
}

export function JoinAdvanced({ config, own, onChange }: JoinAdvancedProps) {
  const { t } = useTranslation();
  const roles = rolesIn(config.routing);
  const usual = t(`kinds.${config.consistency.kind}`, { defaultValue: config.consistency.kind });
  return (
    <>
      {roles.length > 0 && (
        <CheckboxGroup
          className="field"
          value={[...own.roles]}
          onChange={(chosen) => onChange({ ...own, roles: chosen })}
        >
          <Label className="field__label">{t('join.roles')}</Label>
          <p className="field__help">{t('join.rolesHelp')}</p>
          <div className="join__roles">
            {roles.map((role) => (
              <Checkbox key={role} value={role} className="pick">
                <span className="pick__mark">
                  <Icon name="check" />
                </span>
                <bdi dir="auto">{role}</bdi>
              </Checkbox>
            ))}
          </div>
        </CheckboxGroup>
      )}
      <Disclosure className="disclosure">
        <Heading level={2} className="disclosure__heading">
          <Button slot="trigger" className="disclosure__trigger">
            <Icon name="chevron" />
            {t('join.advanced')}
          </Button>
        </Heading>
        <DisclosurePanel className="disclosure__panel">
          <RadioGroup
            className="levels"
            value={own.level ?? AS_THE_CONVERSATION}
            onChange={(level) => onChange({ ...own, level: level === AS_THE_CONVERSATION ? null : level })}
          >
            <Label className="field__label">{t('level.title')}</Label>
            {[AS_THE_CONVERSATION, ...LEVELS].map((level) => (
              <Radio key={level} value={level} className="choice__option">
                <span className="choice__mark" aria-hidden="true" />
                <span>
                  <strong>
                    {level === AS_THE_CONVERSATION ? t('level.usual', { level: usual }) : t(`kinds.${level}`)}
                  </strong>
                  <span className="field__help">{t(`level.help.${level}`)}</span>
                </span>
              </Radio>
            ))}
          </RadioGroup>
        </DisclosurePanel>
      </Disclosure>
    </>
  );
}

/** Whatever the table of a routing by roles names, speaking or hearing. */
export function rolesIn(routing: View['config']['routing']): readonly string[] {
  if (routing.kind !== 'roleBased') return [];
  const table = (routing['table'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  const named = [...Object.keys(table), ...Object.values(table).flat()];
  return [...new Set(named)].filter((role) => !GIVEN.has(role)).toSorted();
}
