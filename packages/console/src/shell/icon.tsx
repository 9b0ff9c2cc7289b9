/** Outlines on a 24 × 24 grid, drawn with the text's colour. Always decoration: the words stand beside them. */
const PATHS = {
  hand: 'M7 11V6.5a1.5 1.5 0 0 1 3 0V11m0-1V4.5a1.5 1.5 0 0 1 3 0V11m0-5a1.5 1.5 0 0 1 3 0v6m0-3.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6h-1.2a6 6 0 0 1-4.6-2.2L4.4 15a1.6 1.6 0 0 1 2.4-2L8 14.2',
  send: 'M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4',
  release: 'M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M10 8l-4 4 4 4M6 12h9',
  interrupt: 'M13 3 5 14h6l-1 7 8-11h-6l1-7Z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5m2 3.2a6 6 0 0 1 3 5.8',
  context: 'M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h5',
  transcript: 'M4 5h16v11H9l-5 4z',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  down: 'M12 5v14m-6-6 6 6 6-6',
  chevron: 'm6 9 6 6 6-6',
  back: 'M19 12H5m6-6-6 6 6 6',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  external: 'M9 5H5v14h14v-4M13 4h7v7M20 4l-9 9',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  reply: 'M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2m0 16v2M2 12h2m16 0h2M4.9 4.9l1.4 1.4m11.4 11.4 1.4 1.4m0-14.2-1.4 1.4M6.3 17.7l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  auto: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18m4-16.5v15',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10',
  leave: 'M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9',
  human: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 9a7 7 0 0 1 14 0',
  agent: 'M6 8h12v10H6zM12 8V4M9.5 12.5v1M14.5 12.5v1M3 12v3m18-3v3',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  question: 'M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2.3M12 17.5h.01',
  task: 'M5 5h14v14H5zM8.5 12l2.5 2.5 4.5-5',
  decision: 'M12 3v18M5 8h14M5 8l-2.5 6h5L5 8Zm14 0-2.5 6h5L19 8Z',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  up: 'M12 19V5m-6 6 6-6 6 6',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2',
  offline:
    'M4 4l16 16M8.5 15.5a5 5 0 0 1 5-1.2M5.5 12a9 9 0 0 1 4-2.2m5 .1A9 9 0 0 1 18.5 12M2.5 8.5A13 13 0 0 1 7 5.8m5-.8a13 13 0 0 1 9.5 3.5M12 19h.01',
  coins:
    'M9 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4.6-.6a5.5 5.5 0 1 1-4.1 4.6M9 6v5M7.5 7.2h2.2a1.2 1.2 0 0 1 0 2.6H7.5',
  ballot: 'M4 12v8h16v-8M4 12l2.5-4M20 12l-2.5-4M8 15h8M9 4h6v8H9zM11 7.5l1 1 2-2',
  collision: 'M3 12h6m-2.5-3L9.5 12l-3 3M21 12h-6m2.5-3-3 3 3 3M12 3v3m0 12v3',
  overlap: 'M9 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12Zm6 2a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z',
  round: 'M20 12a8 8 0 1 1-2.6-5.9M20 3v4.5h-4.5',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8.5 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  thumbUp: 'M7 11v9H4v-9zM7 11l4-7a2 2 0 0 1 2.4 2.4L12.5 10H18a2 2 0 0 1 2 2.4l-1.2 6A2 2 0 0 1 16.9 20H7',
  thumbDown: 'M7 13V4H4v9zM7 13l4 7a2 2 0 0 0 2.4-2.4L12.5 14H18a2 2 0 0 0 2-2.4l-1.2-6A2 2 0 0 0 16.9 4H7',
  neutral: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 15h7M9 9.5h.01M15 9.5h.01',
  ear: 'M8.5 18a3.5 3.5 0 0 0 6.5-1.8c0-2.6 3.5-3.6 3.5-7.2a6.5 6.5 0 0 0-13 0M9 9.2a3 3 0 0 1 6 0c0 2-2.4 2.4-2.4 4.4a1.6 1.6 0 0 1-2.6 1.2',
  whisper: 'M4 5h10v8H8l-4 3zM17.5 9.5a5 5 0 0 1 0 7M20 7.5a8.5 8.5 0 0 1 0 11',
  tag: 'M4 4h7l9 9-7 7-9-9zM8 8h.01',
  chart: 'M5 20V10m5 10V4m5 16v-7m5 7V8',
  alert: 'M12 4 2.5 20h19zM12 10v4M12 17h.01',
} as const;

export type IconName = keyof typeof PATHS;

/** Pictures that point somewhere and are mirrored from right to left. */
const DIRECTIONAL: ReadonlySet<IconName> = new Set(['send', 'back', 'reply', 'release', 'leave', 'external']);

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className={DIRECTIONAL.has(name) ? 'icon icon--directional' : 'icon'}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
