import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { Icon } from '../../shell/icon.tsx';
import { Select } from '../../shell/select.tsx';
import { useRoom } from '../room-context.tsx';
import { EntryForm } from './entry-form.tsx';
import { SourceLink } from './source-link.tsx';

const NO_ITEM = '';

export function Decisions() {
  const { t } = useTranslation();
  const { room, view } = useRoom();
  const { attempt } = useFeedback();
  const [adding, setAdding] = useState(false);
  const [item, setItem] = useState(NO_ITEM);
  // What one saw when one began to write is what the decision is based on (context.conflict).
  const [basedOn, setBasedOn] = useState(0);
  const { decisions, openItems } = view.context;
  const superseded = new Set(decisions.map((decision) => decision.supersedes));
  return (
    <div className="block">
      <div className="block__head">
        <h3 className="block__title">{t('decision.title')}</h3>
        {!adding && (
          <IconButton
            small
            icon="plus"
            label={t('decision.add')}
            onPress={() => {
              setBasedOn(view.seq);
              setItem(NO_ITEM);
              setAdding(true);
            }}
          />
        )}
      </div>
      {adding && (
        <EntryForm
          label={t('decision.text')}
          submit={t('decision.record')}
          onSubmit={(text) =>
            attempt(() => room.recordDecision({ text, basedOn, ...(item === NO_ITEM ? {} : { item }) }))
          }
          onClose={() => setAdding(false)}
        >
          {openItems.length > 0 && (
            <Select
              label={t('decision.item')}
              value={item}
              choices={[
                { value: NO_ITEM, label: t('decision.noItem') },
                ...openItems.map((open) => ({ value: open.item, label: open.text })),
              ]}
              onChange={setItem}
            />
          )}
        </EntryForm>
      )}
      {decisions.length === 0 && !adding && <p className="block__empty">{t('decision.none')}</p>}
      <ul className="entries">
        {decisions.toReversed().map((decision) => (
          <li
            key={decision.decision}
            className={superseded.has(decision.decision) ? 'entry entry--superseded' : 'entry'}
          >
            <Icon name="decision" />
            <div className="entry__words">
              <p dir="auto">{decision.text}</p>
              <p className="entry__facts">
                <SourceLink by={decision.by} seq={decision.seq} />
                {superseded.has(decision.decision) && <span>{t('decision.superseded')}</span>}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
