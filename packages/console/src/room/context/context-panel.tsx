import { useTranslation } from 'react-i18next';
import { Decisions } from './decisions.tsx';
import { Fairness } from './fairness.tsx';
import { OpenItems } from './open-items.tsx';
import { Topic } from './topic.tsx';

/** What the room holds in common: what it talks about, what is open, what was decided. */
export function ContextPanel() {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby="context-title">
      <h2 className="panel__title" id="context-title">
        {t('context.title')}
      </h2>
      <Topic />
      <OpenItems />
      <Decisions />
      <Fairness />
    </section>
  );
}
