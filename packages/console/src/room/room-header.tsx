import { useConnectionStatus } from '@parley/client/react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shell/icon.tsx';
import { Link } from '../shell/link.tsx';
import { ThemeButton } from '../shell/theme.tsx';
import { RoomMenu } from './room-menu.tsx';
import { useRoom } from './room-context.tsx';

const CONNECTION_TONES = {
  open: 'pill--good',
  connecting: 'pill--warn',
  reconnecting: 'pill--warn',
  closed: 'pill--warn',
};

export function RoomHeader() {
  const { t } = useTranslation();
  const { view } = useRoom();
  const status = useConnectionStatus();
  return (
    <header className="room-header">
      <Link to="/" className="button button--quiet button--icon">
        <Icon name="back" />
        <span className="visually-hidden">{t('missing.back')}</span>
      </Link>
      <div className="room-header__words">
        <h1 className="room-header__title" dir="auto">
          {view.title}
        </h1>
        {view.context.topic !== null && (
          <p className="room-header__topic" dir="auto">
            {view.context.topic}
          </p>
        )}
      </div>
      <div className="room-header__end">
        {view.status !== 'active' && <span className="pill pill--warn">{t(`status.${view.status}`)}</span>}
        <span className={`pill ${CONNECTION_TONES[status]} room-header__connection`}>
          {t(`connection.${status}`)}
        </span>
        <ThemeButton />
        <RoomMenu />
      </div>
    </header>
  );
}
