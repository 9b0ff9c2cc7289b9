/**
 * What belongs to a draft beside its words. Kept with it: a draft that was to be whispered must not come
 * back after a reload as one for everybody.
 */
export interface Aside {
  /** Whom it is whispered to; nobody: it is said aloud. */
  readonly to: readonly string[];
  readonly topics: readonly string[];
}

export const ALOUD: Aside = { to: [], topics: [] };

const key = (conversation: string): string => `parley.aside.${conversation}`;

export function keptAside(conversation: string): Aside {
  const text = localStorage.getItem(key(conversation));
  return text === null ? ALOUD : (JSON.parse(text) as Aside);
}

export function keepAside(conversation: string, aside: Aside): void {
  if (aside.to.length === 0 && aside.topics.length === 0) localStorage.removeItem(key(conversation));
  else localStorage.setItem(key(conversation), JSON.stringify(aside));
}
