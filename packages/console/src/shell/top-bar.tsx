import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from './link.tsx';
import { ThemeButton } from './theme.tsx';

/** The strip above every page but the room, which has its own. */
export function TopBar({ children }: { readonly children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <header className="top-bar">
      <a className="skip-link" href="#main">
        {t('app.skip')}
      </a>
      <Link to="/" className="brand">
        <img className="brand__mark" src="/mark.svg" alt="" width="28" height="28" />
        <span>{t('app.name')}</span>
      </Link>
      <div className="top-bar__end">
        {children}
        <ThemeButton />
      </div>
    </header>
  );
}
