import { useId, useRef, useState } from 'react';
import type { TextFieldProps } from 'react-aria-components';
import { Input, Label, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './controls.tsx';
import { Tags } from './tags.tsx';

interface TagFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
  /** Offered while one writes. */
  readonly suggestions?: readonly string[];
  readonly maxLength?: number | undefined;
  readonly maxTags?: number | undefined;
  readonly autoFocus?: boolean;
}

/** A list of short texts: written one by one, with Enter, a comma or the button; each can be taken out. */
export function TagField({
  label,
  help,
  tags,
  onChange,
  suggestions = [],
  maxLength,
  maxTags,
  autoFocus = false,
}: TagFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const full = maxTags !== undefined && tags.length >= maxTags;

  const add = (): void => {
    const more = text.split(',').map((part) => part.trim());
    const all = new Set([...tags, ...more.filter((part) => part !== '')]);
    setText('');
    if (all.size > tags.length) onChange([...all].slice(0, maxTags));
  };
  const onKeyDown: TextFieldProps['onKeyDown'] = (event) => {
    const adds = (event.key === 'Enter' || event.key === ',') && text.trim() !== '';
    if (!adds || event.nativeEvent.isComposing) return event.continuePropagation();
    event.preventDefault();
    add();
  };

  return (
    <div className="field">
      <TextField
        className="tag-field"
        value={text}
        isDisabled={full}
        autoFocus={autoFocus}
        {...(maxLength === undefined ? {} : { maxLength })}
        onChange={setText}
        onKeyDown={onKeyDown}
        // What was written and not added yet is meant too.
        onBlur={add}
      >
        <Label className="field__label">{label}</Label>
        <div className="tag-field__row">
          <Input
            ref={input}
            className="input"
            list={`${id}-known`}
            {...(help === undefined ? {} : { 'aria-describedby': `${id}-help` })}
          />
          {/* Never disabled for want of words: the focus would be lost on it when leaving the field has added them. */}
          <Button
            isDisabled={full}
            onPress={() => {
              add();
              input.current?.focus();
            }}
          >
            {t('tags.add')}
            <span className="visually-hidden"> ({label})</span>
          </Button>
        </div>
      </TextField>
      <datalist id={`${id}-known`}>
        {suggestions
          .filter((known) => !tags.includes(known))
          .map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
      </datalist>
      {help !== undefined && (
        <p className="field__help" id={`${id}-help`}>
          {help}
        </p>
      )}
      {/* As high as a chip: what one presses next does not move when a text is added as one leaves the field. */}
      {tags.length === 0 && <p className="tags__none">{t('tags.none')}</p>}
      <Tags
        label={label}
        tags={tags.map((tag) => ({ id: tag, text: tag }))}
        onRemove={(gone) => onChange(tags.filter((tag) => tag !== gone))}
        onEmptied={() => input.current?.focus()}
      />
    </div>
  );
}
