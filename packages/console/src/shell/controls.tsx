import type { ReactNode } from 'react';
import type { ButtonProps, TextFieldProps } from 'react-aria-components';
import {
  Button as AriaButton,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

export type ButtonLook = 'plain' | 'primary' | 'quiet' | 'danger';

interface OwnButtonProps extends Omit<ButtonProps, 'children' | 'className' | 'style'> {
  readonly look?: ButtonLook;
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}

const buttonClass = (look: ButtonLook, small: boolean, iconOnly: boolean): string =>
  ['button', look !== 'plain' && `button--${look}`, small && 'button--small', iconOnly && 'button--icon']
    .filter(Boolean)
    .join(' ');

export function Button({ look = 'plain', small = false, icon, children, ...rest }: OwnButtonProps) {
  return (
    <AriaButton {...rest} className={buttonClass(look, small, false)}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}

/** A button that shows a picture only; `label` is its name and its tooltip. */
export function IconButton({
  label,
  icon,
  look = 'quiet',
  small = false,
  ...rest
}: Omit<OwnButtonProps, 'children' | 'icon'> & { readonly label: string; readonly icon: IconName }) {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      <AriaButton {...rest} aria-label={label} className={buttonClass(look, small, true)}>
        <Icon name={icon} />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

interface OwnFieldProps extends Omit<TextFieldProps, 'children' | 'className' | 'style'> {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** More than one line, with this many rows to begin with. */
  readonly rows?: number;
  readonly hideLabel?: boolean;
}

export function TextField({ label, help, error, placeholder, rows, hideLabel, ...rest }: OwnFieldProps) {
  const shared = placeholder === undefined ? {} : { placeholder };
  return (
    <AriaTextField {...rest} className="field" isInvalid={error !== undefined} validationBehavior="aria">
      <Label className={hideLabel ? 'visually-hidden' : 'field__label'}>{label}</Label>
      {rows === undefined ? (
        <Input {...shared} className="input" />
      ) : (
        <TextArea {...shared} rows={rows} className="input" />
      )}
      {help !== undefined && (
        <Text slot="description" className="field__help">
          {help}
        </Text>
      )}
      <FieldError className="field__error">{error}</FieldError>
    </AriaTextField>
  );
}
