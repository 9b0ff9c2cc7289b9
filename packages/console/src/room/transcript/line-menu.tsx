import type { UtteranceLine } from '@parley/client';
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../shell/controls.tsx';
import { useFeedback } from '../../shell/feedback.tsx';
import { Icon } from '../../shell/icon.tsx';
import { linePath } from '../../shell/router.ts';
import { useRoom } from '../room-context.tsx';
import { lineSeq } from './line-seq.ts';
import { REACTIONS } from './reactions.tsx';

interface LineMenuProps {
  readonly line: UtteranceLine;
  readonly onReply: (seq: number) => void;
}

/** React to a line, answer it, or take its address along. */
export function LineMenu({ line, onReply }: LineMenuProps) {
  const { t } = useTranslation();
  const { room, isObserver } = useRoom();
  const { attempt, announce } = useFeedback();
  const seq = lineSeq(line);

  const copyLink = async (): Promise<void> => {
    if (seq === null) return;
    await navigator.clipboard.writeText(new URL(linePath(room.id, seq), location.href).href);
    announce(t('line.copied'));
  };

  return (
    <MenuTrigger>
      <div className="line__menu">
        <IconButton small icon="more" label={t('line.menu', { name: line.displayName })} />
      </div>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          {REACTIONS.map((kind) => (
            <MenuItem
              key={kind}
              className="menu__item"
              onAction={() => void attempt(() => room.react(line.utterance, kind))}
            >
              <Icon name="smile" />
              {t(`reaction.${kind}`)}
            </MenuItem>
          ))}
          <Separator className="menu__line" />
          {!isObserver && seq !== null && (
            <MenuItem className="menu__item" onAction={() => onReply(seq)}>
              <Icon name="reply" />
              {t('line.reply')}
            </MenuItem>
          )}
          {seq !== null && (
            <MenuItem className="menu__item" onAction={() => void attempt(copyLink)}>
              <Icon name="link" />
              {t('line.copy')}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
