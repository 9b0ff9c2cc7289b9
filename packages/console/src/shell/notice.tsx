import type { ReactNode } from 'react';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';

interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
  readonly tone?: 'calm' | 'trouble';
  readonly level?: 1 | 2;
}

/** Fills a place that has nothing to show: empty, failed or not found. */
export function Notice({ icon, title, children, tone = 'calm', level = 2 }: NoticeProps) {
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <div className={`notice notice--${tone}`} role={tone === 'trouble' ? 'alert' : undefined}>
      <span className="notice__mark">
        <Icon name={icon} />
      </span>
      <Title className="notice__title">{title}</Title>
      <div className="notice__body">{children}</div>
    </div>
  );
}

export function Loading({ label }: { readonly label: string }) {
  return (
    <div className="loading" role="status">
      <span className="loading__ring" aria-hidden="true" />
      {label}
    </div>
  );
}
