import type { TranscriptLine, UtteranceLine } from '@parley/client';
import { useTranscript } from '@parley/client/react';
import type { RefObject } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VirtuosoHandle } from 'react-virtuoso';
import { Virtuoso } from 'react-virtuoso';
import { useFormats } from '../../messages/formats.ts';
import { Button } from '../../shell/controls.tsx';
import { Notice } from '../../shell/notice.tsx';
import { useHash } from '../../shell/router.ts';
import { useMedia } from '../../shell/use-media.ts';
import { useRoom } from '../room-context.tsx';
import { isOver } from '../room-troubles.ts';
import { Signals } from '../floor/signals.tsx';
import { Note } from './note-line.tsx';
import { overlapsOf } from './overlaps.ts';
import { useFirstIndex } from './use-first-index.ts';
import { useOnScreen } from './use-on-screen.ts';
import { useReadMarks, useSince } from './use-since.ts';
import { Utterance } from './utterance.tsx';
import { useHistory } from './use-history.ts';
import { useStayAtEnd } from './use-stay-at-end.ts';

const EARLIER = { Header: EarlierMark };
/** Behind whoever came in so far. */
const SILENT = { Footer: Silence };
const NOTHING = {};

/** All that was said and is being said. Stays at its end while one reads there, and stays put otherwise. */
export function Transcript({ onReply }: { readonly onReply: (seq: number) => void }) {
  const { t } = useTranslation();
  const { room, person } = useRoom();
  const lines = useTranscript(room);
  const firstIndex = useFirstIndex(lines);
  const list = useRef<VirtuosoHandle>(null);
  const { atEnd, toEnd, scrollerRef, grown } = useStayAtEnd(list);
  const [seenKey, setSeenKey] = useState<string | undefined>(undefined);
  const marked = useMarkedLine(lines, list);
  const history = useHistory(room);
  const since = useSince(room, lines);
  const section = useRef<HTMLElement>(null);
  const onScreen = useOnScreen(section);
  useReadMarks(room, atEnd && onScreen);

  const endKey = lines.at(-1)?.key;
  useEffect(() => {
    if (atEnd) setSeenKey(endKey);
  }, [atEnd, endKey]);
  const silent = !history.missing && !lines.some((line) => line.kind === 'utterance');
  const unseen = atEnd ? 0 : lines.length - 1 - lines.findLastIndex((line) => line.key === seenKey);

  useEffect(() => {
    addEventListener('parley:end', toEnd);
    return () => removeEventListener('parley:end', toEnd);
  }, [toEnd]);

  const wide = useMedia('(min-width: 48rem)');
  const overlaps = useMemo(() => overlapsOf(wide ? lines : []), [wide, lines]);
  const utterance = (line: UtteranceLine) => (
    <Utterance line={line} who={person(line.participant)} marked={marked === line.key} onReply={onReply} />
  );
  // Who spoke at once stands side by side; the second one's own place is kept, and is empty.
  const spoken = (line: UtteranceLine) => {
    if (overlaps.followers.has(line.key)) return <div className="line-elsewhere" />;
    const other = overlaps.beside.get(line.key);
    if (other === undefined) return utterance(line);
    return (
      <div className="line-pair" role="group" aria-label={t('line.atOnce')}>
        {utterance(line)}
        {utterance(other)}
      </div>
    );
  };

  const render = (index: number, line: TranscriptLine) => (
    <>
      <DayMark line={line} before={lines[index - firstIndex - 1]} />
      {since?.key === line.key && (
        <p className="since">
          <span>{t('transcript.since', { count: since.count })}</span>
        </p>
      )}
      {line.kind === 'utterance' ? spoken(line) : <Note line={line} />}
    </>
  );

  return (
    <section ref={section} className="transcript" aria-label={t('transcript.title')}>
      <Virtuoso
        ref={list}
        className="transcript__list"
        data={lines}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_, line) => line.key}
        itemContent={render}
        scrollerRef={scrollerRef}
        totalListHeightChanged={grown}
        increaseViewportBy={400}
        startReached={history.loadEarlier}
        components={history.missing ? EARLIER : silent ? SILENT : NOTHING}
        role="group"
        aria-label={t('transcript.title')}
      />
      <Signals />
      {!atEnd && (
        <div className="transcript__end">
          <Button small icon="down" look={unseen > 0 ? 'primary' : 'plain'} onPress={toEnd}>
            {unseen > 0 ? t('transcript.new', { count: unseen }) : t('transcript.toEnd')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Silence() {
  const { t } = useTranslation();
  const { view } = useRoom();
  const over = isOver(view.status);
  return (
    <div className="transcript__silent">
      <Notice icon="transcript" title={t(over ? 'transcript.emptyEnded' : 'transcript.empty')}>
        {!over && <p>{t('transcript.emptyHelp')}</p>}
      </Notice>
    </div>
  );
}

function EarlierMark() {
  const { t } = useTranslation();
  return <p className="note">{t('transcript.earlier')}</p>;
}

function DayMark({
  line,
  before,
}: {
  readonly line: TranscriptLine;
  readonly before: TranscriptLine | undefined;
}) {
  const formats = useFormats();
  const day = new Date(line.at).toDateString();
  if (before !== undefined && new Date(before.at).toDateString() === day) return null;
  return (
    <p className="day">
      <time dateTime={line.at}>{formats.day(line.at)}</time>
    </p>
  );
}

/** Goes to the line that the address names (`#s18`) and marks it. */
function useMarkedLine(
  lines: readonly TranscriptLine[],
  list: RefObject<VirtuosoHandle | null>,
): string | null {
  const hash = useHash();
  const seq = Number(/^#s(\d+)$/.exec(hash)?.[1] ?? Number.NaN);
  const index = lines.findIndex(
    (line) => line.seq === seq || (line.kind === 'utterance' && line.endedSeq === seq),
  );
  const found = index >= 0;
  const latest = useRef(index);
  latest.current = index;
  useEffect(() => {
    if (!found) return;
    // One task later: the list has measured itself by then.
    const timer = setTimeout(
      () => list.current?.scrollToIndex({ index: latest.current, align: 'center' }),
      50,
    );
    return () => clearTimeout(timer);
  }, [hash, found, list]);
  return lines[index]?.key ?? null;
}
