import type { TFunction } from 'i18next';
import type { Result } from './decided.ts';

/** A decision in one sentence: who speaks now, and what that hung on. */
export function resultText(result: Result, t: TFunction, nameOf: (id: string) => string): string {
  switch (result.event) {
    case 'bidding.closed': {
      const { winner, bids } = result.data;
      if (winner === null) return t('result.noBids');
      const pays = bids.find(({ participant }) => participant === winner)?.pays ?? 0;
      return t(pays > 0 ? 'result.bidsPaid' : 'result.bids', {
        name: nameOf(winner),
        count: bids.length,
        pays,
      });
    }
    case 'ballot.closed': {
      const { kind, outcome, cause, winner } = result.data;
      if (winner !== undefined) return t('result.elected', { name: nameOf(winner) });
      const why =
        cause === undefined || cause === outcome ? null : t(`ballotCause.${cause}`, { defaultValue: cause });
      const said = t(`result.${kind}.${outcome}`);
      return why === null ? said : t('result.because', { said, why });
    }
    case 'collision.detected': {
      const { participants, keeps, resolution } = result.data;
      const [one = '', other = ''] = participants.map(nameOf);
      const why = t(`kinds.${resolution}`, { defaultValue: resolution });
      return keeps === null
        ? t('result.backOff', { one, other })
        : t('result.collision', { one, other, keeps: nameOf(keeps), why });
    }
    case 'overlap.ended': {
      const { keeps, cause } = result.data;
      const why = t(`overlapCause.${cause}`, { defaultValue: cause });
      return keeps === null
        ? t('result.overlapOver', { why })
        : t('result.overlap', { keeps: nameOf(keeps), why });
    }
  }
}
