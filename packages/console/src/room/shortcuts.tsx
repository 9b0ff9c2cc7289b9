import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { useMyFloor } from './floor/use-my-floor.ts';

/** Single keys that work outside text fields, with their names in the catalogue under `shortcut`. */
const KEYS = { h: 'hand', r: 'release', c: 'compose', e: 'end', '?': 'help' } as const;
/** Keys of the composer, listed for who looks them up. */
const COMPOSER_KEYS = {
  Enter: 'speak',
  'Shift+Enter': 'newline',
  'Ctrl+Enter': 'speak',
  'Ctrl+Shift+Enter': 'keep',
} as const;

const ASK = 'parley:shortcuts';

/** Opens the list of shortcuts, from a menu or by its key. */
export const askForShortcuts = (): void => {
  dispatchEvent(new Event(ASK));
};

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null);

export function Shortcuts() {
  const { t } = useTranslation();
  const floor = useMyFloor();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const show = (): void => setOpen(true);
    addEventListener(ASK, show);
    return () => removeEventListener(ASK, show);
  }, []);

  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typesText(event.target)) return;
      const action = Object.hasOwn(KEYS, event.key) ? KEYS[event.key as keyof typeof KEYS] : undefined;
      if (action === undefined) return;
      event.preventDefault();
      if (action === 'help') askForShortcuts();
      else if (action === 'compose') document.getElementById('composer')?.focus();
      else if (action === 'end') dispatchEvent(new Event('parley:end'));
      else if (action === 'release') void (floor.holding && floor.release());
      else if (floor.waiting) void floor.lower();
      else if (floor.maySpeak && !floor.holding) void floor.raise();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [floor]);

  if (!open) return null;
  const row = ([keys, name]: readonly [string, string]) => (
    <div key={keys} className="shortcut">
      <dt>
        {keys.split('+').map((key) => (
          <kbd key={key} className="kbd">
            {key}
          </kbd>
        ))}
      </dt>
      <dd>{t(`shortcut.${name}`)}</dd>
    </div>
  );
  return (
    <Dialog title={t('shortcut.title')} isOpen onClose={() => setOpen(false)}>
      <div className="dialog__body" role="group" tabIndex={0} aria-label={t('shortcut.title')}>
        <h3>{t('shortcut.anywhere')}</h3>
        <dl className="shortcuts">{Object.entries(KEYS).map(row)}</dl>
        <h3>{t('shortcut.composer')}</h3>
        <dl className="shortcuts">{Object.entries(COMPOSER_KEYS).map(row)}</dl>
      </div>
      <div className="dialog__actions">
        <Button look="primary" onPress={() => setOpen(false)}>
          {t('action.close')}
        </Button>
      </div>
    </Dialog>
  );
}
