import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { Candidate } from './candidate.tsx';
import type { ChoiceProps } from './vote-actions.tsx';
import { VoteActions } from './vote-actions.tsx';

/** Ranked: the candidates in one's own order, the best first. Moved by buttons, never by dragging. */
export function Ranking({ candidates, busy, onVote }: ChoiceProps) {
  const { t } = useTranslation();
  const { person } = useRoom();
  const { announce } = useFeedback();
  const [order, setOrder] = useState(candidates);
  const nameOf = (id: string): string => person(id)?.displayName ?? t('people.somebody');

  const move = (id: string, by: -1 | 1): void => {
    const from = order.indexOf(id);
    setOrder(order.toSpliced(from, 1).toSpliced(from + by, 0, id));
    announce(t('vote.moved', { name: nameOf(id), position: from + by + 1 }));
  };

  return (
    <>
      <ol className="picks" aria-label={t('vote.ranked')}>
        {order.map((id, index) => (
          <li key={id} className="pick pick--ranked">
            <span className="queue__position">{index + 1}</span>
            <Candidate id={id} />
            <span className="pick__moves">
              <IconButton
                small
                icon="up"
                label={t('vote.up', { name: nameOf(id) })}
                isDisabled={index === 0}
                onPress={() => move(id, -1)}
              />
              <IconButton
                small
                icon="down"
                label={t('vote.down', { name: nameOf(id) })}
                isDisabled={index === order.length - 1}
                onPress={() => move(id, 1)}
              />
            </span>
          </li>
        ))}
      </ol>
      <VoteActions
        ready
        busy={busy}
        onVote={() => void onVote(order)}
        onAbstain={() => void onVote('abstain')}
      />
    </>
  );
}
