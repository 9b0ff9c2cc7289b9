import { useEffect, useState } from 'react';
import { Checkbox, Form, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ParleyError } from '@parley/client';
import { useSession } from '../session/session.tsx';
import { keptInvite, rememberName, rememberedName } from '../session/storage.ts';
import type { JoinWish } from '../session/use-membership.ts';
import { SignIn } from '../lobby/sign-in.tsx';
import { Button, TextField } from '../shell/controls.tsx';
import { Icon } from '../shell/icon.tsx';
import type { View } from '../session/types.ts';
import type { OwnView } from './join-advanced.tsx';
import { JoinAdvanced } from './join-advanced.tsx';

interface JoinCardProps {
  readonly conversation: string;
  readonly onJoin: (wish: JoinWish) => void;
}

/** Asks under which name somebody comes in, and shows into what. */
export function JoinCard({ conversation, onJoin }: JoinCardProps) {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [name, setName] = useState(rememberedName);
  const [as, setAs] = useState('participant');
  const [missing, setMissing] = useState(false);
  const [title, setTitle] = useState<string | null>(null);
  const [config, setConfig] = useState<View['config'] | null>(null);
  const [offers, setOffers] = useState(false);
  const [own, setOwn] = useState<OwnView>({ level: null, roles: [] });
  const [locked, setLocked] = useState(false);

  useEffect(() => {
    let wanted = true;
    hub
      .getConversation(conversation)
      .then((state) => {
        if (!wanted) return;
        setTitle(state.title);
        setConfig(state.config);
        setLocked(false);
      })
      .catch((error: unknown) => {
        // An invite shows nothing before it is used; a hub that wants a token is asked for one.
        if (wanted)
          setLocked(
            error instanceof ParleyError && error.code.startsWith('auth.') && error.code !== 'auth.forbidden',
          );
      });
    return () => {
      wanted = false;
    };
  }, [hub, conversation]);

  const goesRound = config?.floor.strategy.kind === 'roundRobin';
  if (locked) return <SignIn />;
  return (
    <Form
      className="card join"
      onSubmit={(event) => {
        event.preventDefault();
        const displayName = name.trim();
        setMissing(displayName === '');
        if (displayName === '') return;
        rememberName(displayName);
        onJoin({
          displayName,
          observer: as === 'observer',
          ...(goesRound ? { offers } : {}),
          ...(own.roles.length === 0 ? {} : { roles: own.roles }),
          ...(own.level === null ? {} : { level: own.level }),
        });
      }}
    >
      <p className="join__kicker">
        {keptInvite(conversation) === undefined ? t('join.kicker') : t('join.invited')}
      </p>
      <h1 className="card__title" dir="auto">
        {title ?? t('join.title')}
      </h1>
      <TextField
        label={t('name.label')}
        help={t('name.help')}
        value={name}
        maxLength={64}
        autoComplete="nickname"
        error={missing && name.trim() === '' ? t('name.missing') : undefined}
        onChange={setName}
        autoFocus
      />
      <RadioGroup className="choice" value={as} onChange={setAs} aria-label={t('join.as')}>
        {['participant', 'observer'].map((role) => (
          <Radio key={role} value={role} className="choice__option">
            <span className="choice__mark" aria-hidden="true" />
            <span>
              <strong>{t(`join.${role}`)}</strong>
              <span className="field__help">{t(`join.${role}Help`)}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      {goesRound && as === 'participant' && (
        <Checkbox className="choice__option" isSelected={offers} onChange={setOffers}>
          <span className="pick__mark">
            <Icon name="check" />
          </span>
          <span>
            <strong>{t('join.offers')}</strong>
            <span className="field__help">{t('join.offersHelp')}</span>
          </span>
        </Checkbox>
      )}
      {config !== null && <JoinAdvanced config={config} own={own} onChange={setOwn} />}
      <div>
        <Button look="primary" type="submit">
          {t('join.enter')}
        </Button>
      </div>
    </Form>
  );
}
