import type { UtteranceLine } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { Button as AriaButton } from 'react-aria-components';
import { useFormats } from '../../messages/formats.ts';
import { useFeedback } from '../../shell/feedback.tsx';
import { useRoom } from '../room-context.tsx';
import { RATING } from './ratings.tsx';

/** The console's own reactions; others that agents send are shown by their names. */
export const REACTIONS = ['agree', 'disagree', 'thanks', 'insight', 'unclear'] as const;

/** Reactions to a line, counted by kind; pressing one adds mine. */
export function Reactions({ line }: { readonly line: UtteranceLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { room, me, person } = useRoom();
  const { attempt } = useFeedback();
  const groups = Map.groupBy(
    line.reactions.filter(({ kind }) => kind !== RATING),
    (reaction) => reaction.kind,
  );
  if (groups.size === 0) return null;
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
              <span className="visually-hidden">{t('reaction.by', { names: formats.list(names) })}</span>
            </AriaButton>
          </li>
        );
      })}
    </ul>
  );
}
