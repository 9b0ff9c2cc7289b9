import { participantKindOf } from '@parley/client';
import { useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { humanise } from '../../lobby/humanise.ts';
import type { View } from '../../session/types.ts';
import { Button, IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { Icon } from '../../shell/icon.tsx';
import { KindBadge } from '../../shell/speaker.tsx';
import { useRoom } from '../room-context.tsx';
import { useBringIn } from './bring-in.tsx';

/** The button that stays when an entry goes, and takes the focus that was in it. */
const BRING_IN = 'bring-in';

/** For moderators: whom agents want to bring in. Above everybody else, for it waits for an answer. */
export function AskedFor() {
  const { t } = useTranslation();
  const { view } = useRoom();
  return <Bridges title={t('bring.pending')} bridges={view.bridges.filter(isPending)} />;
}

/** For moderators: whom the hub reaches for this conversation, and what keeps somebody away. */
export function BroughtIn() {
  const { t } = useTranslation();
  const { view } = useRoom();
  const bring = useBringIn();
  return (
    <>
      <Button id={BRING_IN} icon="plus" onPress={bring}>
        {t('bring.button')}
      </Button>
      <Bridges title={t('bring.list')} bridges={view.bridges.filter((bridge) => !isPending(bridge))} />
    </>
  );
}

type Bridge = View['bridges'][number];

const isPending = ({ status }: Bridge): boolean => status === 'pending';

function Bridges({ title, bridges }: { readonly title: string; readonly bridges: readonly Bridge[] }) {
  const id = useId();
  if (bridges.length === 0) return null;
  return (
    <section className="block" aria-labelledby={id}>
      <h3 className="block__title" id={id}>
        {title}
      </h3>
      <ul className="entries">
        {bridges.map((bridge) => (
          <BridgeEntry key={bridge.bridge} bridge={bridge} />
        ))}
      </ul>
    </section>
  );
}

function BridgeEntry({ bridge }: { readonly bridge: Bridge }) {
  const { t } = useTranslation();
  const { room, view, person } = useRoom();
  const { attempt } = useFeedback();
  const { bridge: id, displayName, kind, settings, engagement, problem, addedBy } = bridge;
  const waits = isPending(bridge);
  const entry = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = entry.current;
    return () => {
      if (element?.contains(document.activeElement)) document.getElementById(BRING_IN)?.focus();
    };
  }, []);
  const here = view.participants.some(
    (one) => one.kind === participantKindOf(kind) && one.displayName === displayName,
  );
  const by = person(addedBy)?.displayName ?? t('people.somebody');
  const remove = (): void => void attempt(() => room.bridges.remove(id));
  return (
    <li ref={entry} className={waits ? 'bridge bridge--pending' : 'bridge'}>
      <p className="bridge__head">
        <bdi className="bridge__name" dir="auto">
          {displayName}
        </bdi>
        {!waits && (
          <IconButton small icon="close" label={t('bring.remove', { name: displayName })} onPress={remove} />
        )}
      </p>
      <p className="person__marks">
        <KindBadge kind={participantKindOf(kind)} />
        {waits ? (
          <span className="pill pill--warn">
            <Icon name="question" />
            {t('bring.asks', { name: by })}
          </span>
        ) : problem !== null ? (
          <span className="pill pill--warn">
            <Icon name="alert" />
            {t('bring.away')}
          </span>
        ) : here ? (
          <span className="pill pill--good">{t('bring.here')}</span>
        ) : (
          <span className="pill">{t('bring.coming')}</span>
        )}
      </p>
      <p className="person__facts">
        <span className="bridge__way">{reachedBy(settings)}</span>
        <span>{t(`engagement.${engagement.kind}`, { defaultValue: humanise(engagement.kind) })}</span>
      </p>
      {problem !== null && (
        <p className="bridge__problem" dir="auto">
          {problem.message}
        </p>
      )}
      {waits && (
        <div className="bridge__actions">
          <Button small onPress={remove}>
            {t('bring.dismiss')}
            <span className="visually-hidden"> ({displayName})</span>
          </Button>
          <Button small look="primary" onPress={() => void attempt(() => room.bridges.approve(id))}>
            {t('bring.approve')}
            <span className="visually-hidden"> ({displayName})</span>
          </Button>
        </div>
      )}
    </li>
  );
}

/** What is asked whether it may come in has to be seen: the whole address, service and model. */
const reachedBy = (settings: Bridge['settings']): string =>
  ['card', 'service', 'baseURL', 'model', 'agent']
    .flatMap((key) => (typeof settings[key] === 'string' ? [settings[key]] : []))
    .join(' · ');
