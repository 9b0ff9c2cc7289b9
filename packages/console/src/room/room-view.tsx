import { useEffect, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shell/icon.tsx';
import { useMedia } from '../shell/use-media.ts';
import { Announcer } from './announcer.tsx';
import { WaitingToComeIn } from './bring-in/waiting-to-come-in.tsx';
import { ContextPanel } from './context/context-panel.tsx';
import { Composer } from './floor/composer.tsx';
import { FloorBar } from './floor/floor-bar.tsx';
import { PeoplePanel } from './people/people-panel.tsx';
import { useRoom } from './room-context.tsx';
import { RoomHeader } from './room-header.tsx';
import { StatusBanner } from './status-banner.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Missed } from './transcript/missed.tsx';
import { Transcript } from './transcript/transcript.tsx';

/** Side by side where there is room: people and context beside the talk; tabs where there is not. */
export function RoomView() {
  const { t } = useTranslation();
  const { view, me } = useRoom();
  const wide = useMedia('(min-width: 75rem)');
  const medium = useMedia('(min-width: 48rem)');
  const [replyTo, setReplyTo] = useState<number | null>(null);
  const mine = view.floor.holders.some(({ participant }) => participant === me);
  useEffect(() => {
    // Seen also while another tab is open.
    document.title = t(mine ? 'room.windowMine' : 'room.window', { title: view.title });
  }, [view.title, mine, t]);

  const talk = (
    <>
      <Missed />
      <Transcript onReply={setReplyTo} />
      <Composer replyTo={replyTo} onReplyDone={() => setReplyTo(null)} />
    </>
  );
  const main = (
    <main className="talk" id="main" aria-label={t('room.talk')}>
      {talk}
    </main>
  );

  return (
    <div className="room">
      <a className="skip-link" href="#main">
        {t('app.skip')}
      </a>
      <RoomHeader />
      <StatusBanner />
      <FloorBar />
      {wide ? (
        <div className="room__body room__body--wide">
          <aside className="side" aria-label={t('people.title')}>
            <PeoplePanel />
          </aside>
          {main}
          <aside className="side" aria-label={t('context.title')}>
            <ContextPanel />
          </aside>
        </div>
      ) : medium ? (
        <div className="room__body room__body--medium">
          {main}
          <aside className="side" aria-label={t('room.side')}>
            <SideTabs />
          </aside>
        </div>
      ) : (
        <main className="room__body" id="main">
          <Tabs className="room__tabs" orientation="horizontal">
            <TabList className="bottom-tabs" aria-label={t('room.parts')}>
              <Tab id="talk" className="bottom-tabs__tab">
                <Icon name="transcript" />
                {t('room.talk')}
              </Tab>
              <Tab id="people" className="bottom-tabs__tab">
                <Icon name="people" />
                {t('people.short', { count: view.participants.length })}
                <WaitingToComeIn />
              </Tab>
              <Tab id="context" className="bottom-tabs__tab">
                <Icon name="context" />
                {t('context.short')}
              </Tab>
            </TabList>
            <TabPanel id="talk" className="tab-panel talk" shouldForceMount>
              {talk}
            </TabPanel>
            <TabPanel id="people" className="tab-panel tab-panel--scroll">
              <PeoplePanel />
            </TabPanel>
            <TabPanel id="context" className="tab-panel tab-panel--scroll">
              <ContextPanel />
            </TabPanel>
          </Tabs>
        </main>
      )}
      <Announcer />
      <Shortcuts />
    </div>
  );
}

function SideTabs() {
  const { t } = useTranslation();
  return (
    <Tabs className="side-tabs">
      <TabList className="side-tabs__list" aria-label={t('room.side')}>
        <Tab id="people" className="side-tabs__tab">
          {t('people.title')}
          <WaitingToComeIn />
        </Tab>
        <Tab id="context" className="side-tabs__tab">
          {t('context.title')}
        </Tab>
      </TabList>
      <TabPanel id="people" className="side-tabs__panel">
        <PeoplePanel />
      </TabPanel>
      <TabPanel id="context" className="side-tabs__panel">
        <ContextPanel />
      </TabPanel>
    </Tabs>
  );
}
