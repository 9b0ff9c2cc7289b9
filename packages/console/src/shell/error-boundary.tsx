import type { ReactNode } from 'react';
import { Component } from 'react';
import i18next from 'i18next';
import { Notice } from './notice.tsx';

/** A mistake of the console's own: says so and offers a way on, instead of an empty page. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: Error | null }
> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className="lobby" id="main">
        <Notice icon="alert" tone="trouble" title={i18next.t('broken.title')} level={1}>
          <p>{i18next.t('broken.help')}</p>
          <p className="field__help">{error.message}</p>
          <button type="button" className="button button--primary" onClick={() => location.reload()}>
            {i18next.t('broken.reload')}
          </button>
        </Notice>
      </main>
    );
  }
}
