import { useTranslation } from 'react-i18next';
import type { Participant } from '../session/types.ts';
import { Icon } from './icon.tsx';
import { hueOf, initialsOf } from './portrait.ts';

type Kind = Participant['kind'];

/** Round for people, square for machines: told apart also without colour. */
export function Portrait({
  id,
  name,
  kind,
}: {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind | undefined;
}) {
  const shape = kind === 'human' ? 'portrait--human' : 'portrait--machine';
  return (
    <span className={`portrait ${shape} hue-${hueOf(id)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

/** HU-3: whether a human or which sort of agent speaks; set by the hub, never by the participant. */
export function KindBadge({
  kind,
  model,
}: {
  readonly kind: Kind | undefined;
  readonly model?: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <span className={kind === 'human' ? 'kind kind--human' : 'kind kind--machine'}>
      <Icon name={kind === 'human' ? 'human' : kind === undefined ? 'question' : 'agent'} />
      {t(`kind.${kind ?? 'unknown'}`)}
      {model !== undefined && <span className="kind__model">{model}</span>}
    </span>
  );
}

export function SpeakerName({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <bdi className={`speaker-name hue-${hueOf(id)}`} dir="auto">
      {name}
    </bdi>
  );
}
