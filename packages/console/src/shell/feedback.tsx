import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../messages/error-text.ts';
import { IconButton } from './controls.tsx';
import { Icon } from './icon.tsx';

interface Feedback {
  /** Shows what went wrong with something that the person asked for, until it is closed or replaced. */
  readonly report: (problem: unknown) => void;
  /** Runs work and reports its failure; resolves to whether it went well. */
  readonly attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  /** Says a sentence to screen readers without moving the focus. */
  readonly announce: (sentence: string) => void;
}

const Context = createContext<Feedback | null>(null);

export function useFeedback(): Feedback {
  const feedback = useContext(Context);
  if (feedback === null) throw new Error('broken assumption: useFeedback is used inside FeedbackProvider');
  return feedback;
}

export function FeedbackProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [problem, setProblem] = useState<string | null>(null);
  const [sentence, announce] = useState('');

  const report = useCallback((error: unknown) => setProblem(errorText(error)), [errorText]);
  const attempt = useCallback(
    async (work: () => Promise<unknown>) => {
      try {
        await work();
        setProblem(null);
        return true;
      } catch (error) {
        report(error);
        return false;
      }
    },
    [report],
  );
  const value = useMemo(() => ({ report, attempt, announce }), [report, attempt]);

  return (
    <Context value={value}>
      {children}
      <div className="visually-hidden" aria-live="polite" data-testid="announcements">
        {sentence}
      </div>
      <div className="feedback" role="alert">
        {problem !== null && (
          <div className="feedback__card">
            <Icon name="alert" />
            <p>{problem}</p>
            <IconButton small icon="close" label={t('action.dismiss')} onPress={() => setProblem(null)} />
          </div>
        )}
      </div>
    </Context>
  );
}
