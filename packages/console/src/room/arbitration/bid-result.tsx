import type { DurableWireEvent } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { useRoom } from '../room-context.tsx';

/** TS-6: every bid with its score, what the score is made of, and what it costs. Best first. */
export function BidResult({ result }: { readonly result: DurableWireEvent<'bidding.closed'> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { person } = useRoom();
  const { bids, winner } = result.data;
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={t('bid.result')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('bid.bidder')}</th>
            <th scope="col">{t('bid.score')}</th>
            <th scope="col">{t('bid.offered')}</th>
            <th scope="col">{t('bid.pays')}</th>
            <th scope="col">{t('bid.parts')}</th>
          </tr>
        </thead>
        <tbody>
          {bids.map(({ participant, score, parts, amount, pays }) => (
            <tr key={participant} className={participant === winner ? 'table__row--won' : undefined}>
              <th scope="row">
                <bdi dir="auto">{person(participant)?.displayName ?? t('people.somebody')}</bdi>
                {participant === winner && <span className="pill pill--good">{t('bid.wins')}</span>}
              </th>
              <td>{formats.figure(score)}</td>
              <td>{formats.figure(amount)}</td>
              <td>{formats.figure(pays)}</td>
              <td>
                <ul className="parts">
                  {Object.entries(parts).map(([name, value]) => (
                    <li key={name}>
                      {t(`bid.part.${name}`, { defaultValue: name })} {formats.figure(value)}
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
