import type { FloorLine } from '@parley/client';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ResultDetails } from '../arbitration/latest-result.tsx';
import type { Result } from '../decisions/decided.ts';
import { useDecisions } from '../decisions/decisions.tsx';
import { resultText } from '../decisions/result-text.ts';
import { Button } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { useRoom } from '../room-context.tsx';

/** How somebody came to speak, or did not: one sentence, and the numbers for who wants to see them. */
export function FloorNote({ line }: { readonly line: FloorLine }) {
  const { t } = useTranslation();
  const { person } = useRoom();
  const { results } = useDecisions();
  const [open, setOpen] = useState(false);
  const nameOf = (id: string): string => person(id)?.displayName ?? t('people.somebody');
  const result = results.get(line.key);
  const said = wordsFor(line, result, t, nameOf);
  const numbers = result?.event === 'bidding.closed' || result?.event === 'ballot.closed';
  return (
    <>
      <span>{said}</span>
      {numbers && (
        <Button small look="quiet" icon="chart" onPress={() => setOpen(true)}>
          {t('result.show')}
        </Button>
      )}
      {open && result !== undefined && (
        <Dialog title={t('result.title')} isOpen onClose={() => setOpen(false)}>
          <div className="dialog__body">
            <p>{said}</p>
            <ResultDetails result={result} />
          </div>
          <div className="dialog__actions">
            <Button look="primary" autoFocus onPress={() => setOpen(false)}>
              {t('action.close')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** In the reader's language where this page knows what it is about, else as the SDK says it. */
function wordsFor(
  line: FloorLine,
  result: Result | undefined,
  t: TFunction,
  nameOf: (id: string) => string,
): string {
  if (result !== undefined) return resultText(result, t, nameOf);
  const [name = '', holder = ''] = line.participants.map(nameOf);
  switch (line.what) {
    case 'interruption':
      return t(`told.${line.outcome.replace('interruption.', '')}`, {
        name,
        holder,
        defaultValue: line.text,
      });
    case 'overlap':
      return line.outcome === 'started' ? t('told.overlap', { name, holder }) : line.text;
    default:
      return line.text;
  }
}
