import type { RefObject } from 'react';
import { useEffect, useState } from 'react';

/** Whether any of an element is on the screen: not where another tab of the room hides it. */
export function useOnScreen(element: RefObject<HTMLElement | null>): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver((entries) => setShown(entries.at(-1)!.isIntersecting));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return shown;
}
