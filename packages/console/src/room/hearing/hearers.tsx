import { hearingOf } from '@parley/client';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Aside } from '../../session/aside.ts';
import type { Participant } from '../../session/types.ts';
import { Button as OwnButton } from '../../shell/controls.tsx';
import { Dialog } from '../../shell/dialog.tsx';
import { Icon } from '../../shell/icon.tsx';
import { Portrait } from '../../shell/speaker.tsx';
import { useRoom } from '../room-context.tsx';
import { hearingText } from './hearing-text.ts';

/** RT-1…RT-6, before one speaks: how many hear it, and on demand who, and why. */
export function Hearers({ aside }: { readonly aside: Aside }) {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const { to, topics } = aside;
  const [open, setOpen] = useState(false);
  const hearing = useMemo(
    () => hearingOf(view, { speaker: me, addressedTo: [], topics, ...(to.length === 0 ? {} : { to }) }),
    [view, me, to, topics],
  );
  const others = view.participants.filter(({ id }) => id !== me);
  const certain = others.filter(({ id }) => hearing.certain.includes(id));
  const possible = others.filter(({ id }) => hearing.possible.includes(id));
  const left = others.filter((person) => !certain.includes(person) && !possible.includes(person));
  const nobody = certain.length + possible.length === 0;
  const { kind } = view.config.routing;
  return (
    <>
      <Button
        className={nobody && others.length > 0 ? 'hearers hearers--none' : 'hearers'}
        onPress={() => setOpen(true)}
      >
        <Icon name="ear" />
        <span>
          {hearingText(
            {
              certain: certain.length,
              possible: possible.length,
              others: others.length,
              isWhisper: to.length > 0,
            },
            t,
          )}
        </span>
        <Icon name="chevron" />
      </Button>
      {open && (
        <Dialog title={t('hearing.title')} isOpen onClose={() => setOpen(false)}>
          <div className="dialog__body" role="group" tabIndex={0} aria-label={t('hearing.title')}>
            <p className="field__help">
              {to.length > 0
                ? t('hearing.whisper')
                : t(`hearing.why.${kind}`, { defaultValue: t('hearing.why.other') })}
            </p>
            <Hearing title={t('hearing.certain')} people={certain} />
            <Hearing title={t('hearing.possible')} people={possible} />
            <Hearing title={t('hearing.left')} people={left} />
          </div>
          <div className="dialog__actions">
            <OwnButton look="primary" autoFocus onPress={() => setOpen(false)}>
              {t('action.close')}
            </OwnButton>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Hearing({ title, people }: { readonly title: string; readonly people: readonly Participant[] }) {
  const { t } = useTranslation();
  if (people.length === 0) return null;
  return (
    <section className="hearing__part">
      <h3 className="hearing__heading">
        {title} <span className="panel__count">{people.length}</span>
      </h3>
      <ul className="hearing__people">
        {people.map(({ id, displayName, kind, roles }) => (
          <li key={id} className="hearing__person">
            <Portrait id={id} name={displayName} kind={kind} />
            <bdi dir="auto">{displayName}</bdi>
            <span className="visually-hidden">, {t(`kind.${kind}`)}</span>
            {roles.includes('moderator') && <span className="pill">{t('role.moderator')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
