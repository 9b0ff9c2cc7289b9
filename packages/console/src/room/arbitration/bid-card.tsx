import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import { Button } from '../../shell/controls.tsx';
import { useDecisions } from '../decisions/decisions.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { Ask } from './ask.tsx';
import { BidForm } from './bid-form.tsx';
import { useCredits } from './use-credits.ts';

/** Bidding for the next turn: in the window that is open, or ahead of the one that opens after this turn. */
export function BidCard() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { room, view, me, isObserver, person } = useRoom();
  const { attempt } = useFeedback();
  const { bid } = useDecisions();
  const credits = useCredits();
  // Kept from window to window: who only listens folds it away once.
  const [folded, setFolded] = useState(false);
  const [changing, setChanging] = useState(false);
  const { window, queue, holders } = view.floor;
  const waits = queue.some(({ participant }) => participant === me);
  const passed = window?.passed.includes(me) === true;
  const may = !isObserver && view.status === 'active';
  const holding = holders.some(({ participant }) => participant === me);
  if (window === undefined && (!waits || holding)) return null;

  const nameOf = (id: string): string => person(id)?.displayName ?? t('people.somebody');
  const names = (ids: readonly string[]): string =>
    formats.list(ids.map((id) => (id === me ? t('people.you') : nameOf(id))));
  const editing = may && (changing || (!waits && !passed));
  const wholeMs = Number(view.config.floor.strategy['bidWindowMs']);
  return (
    <Ask
      title={t(window === undefined ? 'bid.next' : 'bid.title')}
      icon="coins"
      mine={editing && !folded}
      fold={{ folded, change: setFolded }}
      {...(window === undefined ? {} : { until: window.closesAt, wholeMs })}
    >
      {window !== undefined && (
        <p className="ask__facts">
          <span>{t('bid.sealed')}</span>
          {queue.length > 0 && (
            <span>{t('bid.bidders', { names: names(queue.map(({ participant }) => participant)) })}</span>
          )}
          {window.passed.length > 0 && <span>{t('bid.passed', { names: names(window.passed) })}</span>}
        </p>
      )}
      {may && (
        <p className="ask__facts">
          <span>{t('bid.credits', { credits: credits.inWords(credits.balance) })}</span>
          {credits.escrow > 0 && <span>{t('bid.escrow', { credits: credits.inWords(credits.escrow) })}</span>}
        </p>
      )}
      {waits && !changing && (
        <div className="ask__row">
          <p className="ask__mine">
            {bid === null
              ? t('bid.placed')
              : t('bid.mine', {
                  urgency: Math.round(bid.urgency * 100),
                  offer: credits.inWords(bid.amount),
                })}
          </p>
          {may && <Button onPress={() => setChanging(true)}>{t('bid.change')}</Button>}
          <Button
            onPress={() =>
              void attempt(() => (window === undefined ? room.floor.cancel() : room.bids.pass(window.window)))
            }
          >
            {t(window === undefined ? 'bid.withdraw' : 'bid.pass')}
          </Button>
        </div>
      )}
      {passed && !waits && !changing && (
        <div className="ask__row">
          <p className="ask__mine">{t('bid.youPass')}</p>
          {may && <Button onPress={() => setChanging(true)}>{t('bid.afterAll')}</Button>}
        </div>
      )}
      {editing && (
        <BidForm
          window={window?.window}
          replaces={waits}
          onDone={() => setChanging(false)}
          onCancel={changing ? () => setChanging(false) : undefined}
        />
      )}
    </Ask>
  );
}
