import { useTranslation } from 'react-i18next';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';
import { TopBar } from './top-bar.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <TopBar />
      <main className="lobby" id="main">
        <Notice icon="question" title={t('missing.title')} level={1}>
          <p>{t('missing.help')}</p>
          <Link to="/" className="button button--primary">
            {t('missing.back')}
          </Link>
        </Notice>
      </main>
    </div>
  );
}
