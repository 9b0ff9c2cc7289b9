import type { UtteranceLine } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { Button as AriaButton } from 'react-aria-components';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';

/** The console's own reactions; others that agents send are shown by their names. */
export const REACTIONS = ['agree', 'disagree', 'thanks', 'insight', 'unclear'] as const;

/** Reactions to a line, counted by kind; pressing one adds mine. */
export function Reactions({ line }: { readonly line: UtteranceLine }) {
  const { t } = useTranslation();
  const { room, me, person } = useRoom();
  const { attempt } = useFeedback();
  if (line.reactions.length === 0) return null;
  const groups = Map.groupBy(line.reactions, (reaction) => reaction.kind);
  return (
    <ul className="reactions" aria-label={t('reaction.title')}>
      {[...groups].map(([kind, reactions]) => {
        const label = t(`reaction.${kind}`, { defaultValue: kind });
        const names = reactions.map(
          ({ participant }) => person(participant)?.displayName ?? t('people.somebody'),
        );
        const mine = reactions.some(({ participant }) => participant === me);
        return (
          <li key={kind}>
            <AriaButton
              className={mine ? 'reaction reaction--mine' : 'reaction'}
              isDisabled={mine}
              onPress={() => void attempt(() => room.react(line.utterance, kind))}
            >
              {label} <span className="reaction__count">{reactions.length}</span>
              <span className="visually-hidden">{t('reaction.by', { names: names.join(', ') })}</span>
            </AriaButton>
          </li>
        );
      })}
    </ul>
  );
}
