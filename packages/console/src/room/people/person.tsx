import { useTranslation } from 'react-i18next';
import { useFormats } from '../../messages/formats.ts';
import type { Participant } from '../../session/types.ts';
import { Icon } from '../../shell/icon.tsx';
import { looksAtTopics } from '../hearing/topics.ts';
import { LagBadge } from '../lag/lag-badge.tsx';
import { useRoom } from '../room-context.tsx';
import { KindBadge, Portrait } from '../../shell/speaker.tsx';
import { muteText } from './mute-text.ts';
import { PersonMenu } from './person-menu.tsx';

/** One member: what it is, whether it is there, its part in the conversation so far. */
export function Person({ person }: { readonly person: Participant }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { view, me, isModerator } = useRoom();
  const holds = view.floor.holders.some((holder) => holder.participant === person.id);
  const position = view.floor.queue.find((entry) => entry.participant === person.id)?.position;
  const part = view.contributions.find((entry) => entry.participant === person.id);
  const account = view.credits.find((entry) => entry.participant === person.id);
  const bidding = view.config.floor.strategy.kind === 'bidding';
  const ordered = !bidding && view.config.floor.strategy.kind !== 'consensus';
  const away = person.connection === 'disconnected' ? 'disconnected' : person.presence.status;
  const topics = looksAtTopics(view.config.routing);
  const roles = person.roles.filter((role) => role !== 'participant');
  return (
    <li className={holds ? 'person person--holding' : 'person'}>
      <span className={`person__portrait person__portrait--${away}`}>
        <Portrait id={person.id} name={person.displayName} kind={person.kind} />
      </span>
      <div className="person__words">
        <p className="person__name">
          <bdi dir="auto">{person.displayName}</bdi>
          {person.id === me && <span className="person__you">{t('people.you')}</span>}
        </p>
        <p className="person__marks">
          <KindBadge kind={person.kind} model={person.model} />
          {person.verified && (
            <span className="pill pill--good">
              <Icon name="check" />
              {t('people.verified')}
            </span>
          )}
          {roles.map((role) => (
            <span key={role} className="pill">
              {t(`role.${role}`, { defaultValue: role })}
            </span>
          ))}
          {holds && <span className="pill pill--live">{t('people.holds')}</span>}
          {person.muted !== undefined && (
            <span className="pill pill--warn">
              <Icon name="alert" />
              {t('people.muted')}
            </span>
          )}
          {position !== undefined && (
            <span className="pill pill--warn">
              <Icon name="hand" />
              {ordered ? t('people.waits', { position }) : t('people.wants')}
            </span>
          )}
          {person.stale === true && <LagBadge participant={person.id} />}
        </p>
        <p className="person__facts">
          <span>{t(`presence.${away}`)}</span>
          {person.owner !== undefined && <span>{t('people.owner', { owner: person.owner })}</span>}
          {person.muted !== undefined && <span>{muteText(person.muted, t, formats)}</span>}
          {person.consistency !== undefined && (
            <span>
              {t(`level.own.${person.consistency.kind}`, { defaultValue: person.consistency.kind })}
            </span>
          )}
          {topics && person.topics.length > 0 && (
            <span>{t('people.follows', { topics: formats.list(person.topics) })}</span>
          )}
          {part !== undefined && part.turns > 0 && (
            <span>
              {t('people.turns', { count: part.turns })} ·{' '}
              {t('people.spoke', { time: formats.duration(part.speakingMs) })}
            </span>
          )}
          {part !== undefined && part.waitingMs > 0 && (
            <span>{t('people.waited', { time: formats.duration(part.waitingMs) })}</span>
          )}
          {part !== undefined && part.quality !== 0 && (
            <span>{t('people.quality', { value: formats.figure(part.quality) })}</span>
          )}
          {part !== undefined && part.interruptionsMade > 0 && (
            <span>{t('people.made', { count: part.interruptionsMade })}</span>
          )}
          {part !== undefined && part.interruptionsSuffered > 0 && (
            <span>{t('people.suffered', { count: part.interruptionsSuffered })}</span>
          )}
          {bidding && account !== undefined && (
            <span>{t(`credits.${account.currency}`, { count: account.balance })}</span>
          )}
        </p>
      </div>
      {isModerator && <PersonMenu person={person} holds={holds} position={position} />}
    </li>
  );
}
