import type { RefObject } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { VirtuosoHandle } from 'react-virtuoso';

/** Less than this from the end counts as being there. */
const AT_END_PIXELS = 48;

export interface StayAtEnd {
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  /** For Virtuoso: the element that scrolls. */
  readonly scrollerRef: (element: HTMLElement | Window | null) => void;
  /** To be called when what is shown became higher or lower. */
  readonly grown: () => void;
}

/**
 * Keeps the end in sight while one reads there: when lines are added, when speech grows, and when the
 * space changes. Only scrolling up by oneself lets go.
 */
export function useStayAtEnd(list: RefObject<VirtuosoHandle | null>): StayAtEnd {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [atEnd, setAtEnd] = useState(true);
  const staying = useRef(true);
  const lastTop = useRef(0);

  const stay = useCallback((value: boolean) => {
    staying.current = value;
    setAtEnd(value);
  }, []);

  const toEnd = useCallback(() => {
    stay(true);
    list.current?.scrollToIndex({ index: 'LAST', align: 'end' });
  }, [list, stay]);

  // After the list has drawn itself, and once for all that grew within a frame.
  const frame = useRef(0);
  const grown = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (staying.current && scroller !== null) scroller.scrollTop = scroller.scrollHeight;
    });
  }, [scroller]);

  useEffect(() => {
    if (scroller === null) return;
    const scrolled = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const rest = scrollHeight - clientHeight - scrollTop;
      const up = scrollTop < lastTop.current - 1;
      lastTop.current = scrollTop;
      if (rest <= AT_END_PIXELS) stay(true);
      else if (up) stay(false);
    };
    const resized = new ResizeObserver(grown);
    resized.observe(scroller);
    scroller.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      resized.disconnect();
      scroller.removeEventListener('scroll', scrolled);
    };
  }, [scroller, stay, grown]);

  const scrollerRef = useCallback((element: HTMLElement | Window | null) => {
    setScroller(element instanceof HTMLElement ? element : null);
  }, []);
  return { atEnd, toEnd, scrollerRef, grown };
}
