import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IconName } from './icon.tsx';
import { IconButton } from './controls.tsx';

type Theme = 'auto' | 'light' | 'dark';

const KEY = 'parley.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const ICONS: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

/** Puts the remembered choice on the page; `auto` leaves it to the system's setting. */
export function applyTheme(theme: Theme = stored()): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function ThemeButton() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(stored);
  useEffect(() => applyTheme(theme), [theme]);
  const turn = (): void => {
    const next = NEXT[theme];
    localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return <IconButton icon={ICONS[theme]} label={t(`theme.${theme}`)} onPress={turn} />;
}
