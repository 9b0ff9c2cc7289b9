import { useRoomValue } from '@parley/client/react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import { linePath } from '../../shell/router.ts';
import { useRoom } from '../room-context.tsx';
import { citedPieces } from './cited.ts';

/** CU-2: what one missed, in short, above the talk until it is put away; each line links to what it rests on. */
export function Missed() {
  const { t } = useTranslation();
  const { room } = useRoom();
  const summary = useRoomValue(room, ({ catchUp }) => catchUp.summary);
  const [read, setRead] = useState<typeof summary>(undefined);
  if (summary === undefined || summary === read) return null;
  const putAway = (): void => {
    // The talk is what comes next; the button that has the focus goes.
    document.querySelector<HTMLElement>('.transcript__list')?.focus();
    setRead(summary);
  };
  return (
    <section className="missed" aria-label={t('missed.title')}>
      <header className="missed__head">
        <h2>{t('missed.title')}</h2>
        <IconButton label={t('missed.close')} icon="close" small onPress={putAway} />
      </header>
      <ul className="missed__lines" tabIndex={0} aria-label={t('missed.lines')}>
        {summary.text.split('\n').map((line, index) => (
          <li key={index} dir="auto">
            {citedPieces(line, summary.cites).map((piece, at) =>
              typeof piece === 'string' ? (
                <Fragment key={at}>{piece}</Fragment>
              ) : (
                <a
                  key={at}
                  href={linePath(room.id, piece.seq)}
                  aria-label={t('missed.line', { line: piece.seq })}
                >
                  {piece.seq}
                </a>
              ),
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
