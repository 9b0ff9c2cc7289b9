import type { FairnessReport } from '@parley/client';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { useSession } from '../../session/session.tsx';
import { IconButton } from '../../shell/controls.tsx';
import { useRoom } from '../room-context.tsx';
import { SpeakingChart } from './speaking-chart.tsx';

/** A report is read again so long after a turn, so that many short turns are one reading. */
const SETTLE_MS = 1_500;
const INDICES = ['jain', 'gini', 'evenness'] as const;

/** How evenly the floor was shared: three figures, a chart, and the same as a table. */
export function Fairness() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { room, view, person } = useRoom();
  const { hub } = useSession();
  const [report, setReport] = useState<FairnessReport | null>(null);
  const [failed, setFailed] = useState(false);

  const read = useCallback(
    (signal?: AbortSignal) =>
      hub
        .fairness(room.id, signal === undefined ? {} : { signal })
        .then((latest) => {
          setReport(latest);
          setFailed(false);
        })
        .catch(() => {
          // The old numbers stay; who asks again sees whether it works now.
          if (signal?.aborted !== true) setFailed(true);
        }),
    [hub, room.id],
  );

  const turns = view.contributions.reduce((sum, entry) => sum + entry.turns, 0);
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(() => void read(leaving.signal), turns === 0 ? 0 : SETTLE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [read, turns]);

  const rows = (report?.participants ?? [])
    .filter((row) => row.turns > 0 || row.waitingMs > 0)
    .toSorted((one, other) => other.speakingMs - one.speakingMs)
    .map((row) => ({ ...row, name: person(row.participant)?.displayName ?? t('people.somebody') }));

  return (
    <div className="block">
      <div className="block__head">
        <h3 className="block__title">{t('fairness.title')}</h3>
        <IconButton small icon="round" label={t('fairness.refresh')} onPress={() => void read()} />
      </div>
      {failed && <p className="field__error">{t('fairness.failed')}</p>}
      {report !== null && rows.length === 0 && <p className="block__empty">{t('fairness.none')}</p>}
      {report !== null && rows.length > 0 && (
        <>
          <dl className="indices">
            {INDICES.map((index) => (
              <div key={index} className="indices__one">
                <dt>{t(`fairness.${index}`)}</dt>
                <dd>{formats.figure(report[index])}</dd>
                <dd className="indices__help">{t(`fairness.${index}Help`)}</dd>
              </div>
            ))}
          </dl>
          <SpeakingChart rows={rows} />
          <div className="table-scroll" tabIndex={0} role="group" aria-label={t('fairness.table')}>
            <table className="table">
              <thead>
                <tr>
                  {['who', 'spoke', 'waited', 'turns', 'quality'].map((column) => (
                    <th key={column} scope="col">
                      {t(`fairness.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.participant}>
                    <th scope="row">
                      <bdi dir="auto">{row.name}</bdi>
                    </th>
                    <td>{formats.duration(row.speakingMs)}</td>
                    <td>{formats.duration(row.waitingMs)}</td>
                    <td>{formats.figure(row.turns)}</td>
                    <td>{formats.figure(row.quality)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}
