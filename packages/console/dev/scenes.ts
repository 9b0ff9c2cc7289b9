import { DELIVERY_SCENES } from './delivery-scenes.ts';
import { FLOOR_SCENES } from './floor-scenes.ts';
import { manyLines, TALK } from './lines.ts';
import { BRIDGES, PEOPLE } from './people.ts';
import type { Scene } from './stage-view.ts';
import { base, holder, queue, VIEW, withFloor } from './stage-view.ts';

export const SCENES: Readonly<Record<string, Scene>> = {
  talk: base,
  mine: {
    ...base,
    lines: TALK.slice(0, -1),
    view: withFloor({ holders: [holder('prt_me', 30, 110)], queue: queue('prt_tomas') }),
  },
  expiring: { ...base, view: withFloor({ holders: [holder('prt_me', 30, 8, -100)], queue: [] }) },
  free: { ...base, lines: TALK.slice(0, -1), view: withFloor({ phase: 'idle', holders: [], queue: [] }) },
  open: {
    ...base,
    view: {
      ...withFloor({ queue: queue('prt_tomas') }),
      config: { ...VIEW.config, interruption: { kind: 'cooperative' } },
    },
  },
  empty: {
    ...base,
    lines: [],
    view: withFloor(
      { phase: 'idle', holders: [], queue: [] },
      {
        participants: PEOPLE.slice(0, 1),
        contributions: [],
        context: { topic: null, openItems: [], decisions: [] },
      },
    ),
  },
  returned: {
    ...base,
    summary: {
      text: [
        'Tomás Brandão asked you: “Do we have the flood marks of 2013?” [#20]',
        'Decided: “Old Ferry, if the piers are raised.” (Mira Vogel) [#26]',
        'Open question: “Who pays for raising the piers at Old Ferry?” [#18]',
        'Spoke: Atlas 3 ×, last [#28]; Mira Vogel 2 ×, last [#16]',
      ].join('\n'),
      upTo: 28,
      cites: [16, 18, 20, 26, 28],
    },
  },
  broughtIn: { ...base, view: { ...VIEW, bridges: BRIDGES } },
  reconnecting: { ...base, status: 'reconnecting' },
  paused: { ...base, view: { ...VIEW, status: 'paused' } },
  observer: {
    ...base,
    view: {
      ...VIEW,
      participants: PEOPLE.map((person) =>
        person.id === 'prt_me' ? { ...person, roles: ['observer'] } : person,
      ),
    },
  },
  many: { ...base, lines: manyLines(100_000) },
  join: { ...base, joined: false },
  lobby: { ...base, path: '/', joined: false },
  lobbyEmpty: { ...base, path: '/', joined: false, lobby: 'empty' },
  lobbyLocked: { ...base, path: '/', joined: false, lobby: 'locked' },
  lobbyFailed: { ...base, path: '/', joined: false, lobby: 'failed' },
  ...FLOOR_SCENES,
  ...DELIVERY_SCENES,
  missing: { ...base, path: '/nowhere', joined: false },
};
