import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMedia } from '../shell/use-media.ts';
import { Announcer } from './announcer.tsx';
import { ContextPanel } from './context/context-panel.tsx';
import { Composer } from './floor/composer.tsx';
import { FloorBar } from './floor/floor-bar.tsx';
import type { PartName } from './part-tabs.tsx';
import { partId, PartTabs, tabId } from './part-tabs.tsx';
import { PeoplePanel } from './people/people-panel.tsx';
import { useRoom } from './room-context.tsx';
import { RoomHeader } from './room-header.tsx';
import { StatusBanner } from './status-banner.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Missed } from './transcript/missed.tsx';
import { Transcript } from './transcript/transcript.tsx';

type Layout = 'wide' | 'medium' | 'narrow';

/** Which parts share one place, with a tab for each. */
const TABS: Readonly<Record<Layout, readonly PartName[]>> = {
  wide: [],
  medium: ['people', 'context'],
  narrow: ['talk', 'people', 'context'],
};

/**
 * Side by side where there is room: people and context beside the talk; tabs where there is not. Whatever the
 * layout, each part is the same element at the same place in the document: turning a telephone round keeps
 * the focus, what was written, and where one has scrolled to.
 */
export function RoomView() {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const wide = useMedia('(min-width: 75rem)');
  const medium = useMedia('(min-width: 48rem)');
  const layout: Layout = wide ? 'wide' : medium ? 'medium' : 'narrow';
  const [replyTo, setReplyTo] = useState<number | null>(null);
  // Where one has been last: what a narrow window shows, so that narrowing it never hides the focus.
  const [last, setLast] = useState<PartName>('talk');
  const [side, setSide] = useState<PartName>('people');
  const mine = view.floor.holders.some(({ participant }) => participant === me);
  useEffect(() => {
    // Seen also while another tab is open.
    document.title = t(mine ? 'room.windowMine' : 'room.window', { title: view.title });
  }, [view.title, mine, t]);

  const enter = (part: PartName): void => {
    setLast(part);
    if (part !== 'talk') setSide(part);
  };
  const tabs = TABS[layout];
  const chosen = layout === 'narrow' ? last : side;
  const part = (name: PartName, label: string, content: ReactNode) => {
    const tabbed = tabs.includes(name);
    const landmark = layout !== 'wide' ? 'region' : name === 'talk' ? 'main' : 'complementary';
    return (
      <div
        id={partId(name)}
        className={`part part--${name}`}
        role={tabbed ? 'tabpanel' : landmark}
        {...(tabbed ? { 'aria-labelledby': tabId(name) } : { 'aria-label': label })}
        // The talk has what takes the focus; the others may be words alone, and have to be scrolled by keyboard.
        tabIndex={tabbed && name !== 'talk' ? 0 : undefined}
        hidden={tabbed && name !== chosen}
        onFocus={() => enter(name)}
      >
        {content}
      </div>
    );
  };

  return (
    <div className="room">
      <a className="skip-link" href="#main">
        {t('app.skip')}
      </a>
      <RoomHeader />
      <StatusBanner />
      <FloorBar />
      <div
        className={`room__body room__body--${layout}`}
        id="main"
        role={layout === 'wide' ? undefined : 'main'}
      >
        {part(
          'talk',
          t('room.talk'),
          <>
            <Missed />
            <Transcript onReply={setReplyTo} />
            <Composer replyTo={replyTo} onReplyDone={() => setReplyTo(null)} />
          </>,
        )}
        {tabs.length > 0 && (
          <PartTabs
            parts={tabs}
            chosen={chosen}
            onChoose={enter}
            look={layout === 'narrow' ? 'bottom-tabs' : 'side-tabs'}
          />
        )}
        {part('people', t('people.title'), <PeoplePanel />)}
        {part('context', t('context.title'), <ContextPanel />)}
      </div>
      <Announcer />
      <Shortcuts />
    </div>
  );
}
