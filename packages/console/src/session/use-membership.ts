import type { Connection, ResumeState, Room, RoomClosed } from '@parley/client';
import { ParleyError } from '@parley/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { dropResume, keepResuming, keptResume } from './resume.ts';
import { useSession } from './session.tsx';
import { dropInvite, keptInvite, rememberedName } from './storage.ts';

/** Where one stands with a conversation. */
export type Membership =
  | { readonly phase: 'asking' }
  | { readonly phase: 'joining' }
  | { readonly phase: 'open'; readonly room: Room; readonly connection: Connection }
  | { readonly phase: 'failed'; readonly error: unknown }
  | { readonly phase: 'over'; readonly closed: RoomClosed };

export interface JoinWish {
  readonly displayName: string;
  readonly observer: boolean;
  /** Is offered the floor unasked where turns go round. */
  readonly offers?: boolean;
  /** Roles that routing looks at. */
  readonly roles?: readonly string[];
  /** The consistency level of one's own view, where it is not to be the conversation's. */
  readonly level?: string;
}

/** HU-1: drafts stay without a connection. The console calls nobody itself; a webhook is the hub's (PR-3). */
const INTERFACE = { name: 'console', streaming: true, notifications: false, offline: true } as const;

/** Events that come along with a join, for the transcript. */
const CATCH_UP_EVENTS = 500;

/** What a resume can be refused with when one simply has to join anew. */
const RESUME_OVER: ReadonlySet<string> = new Set([
  'resume.denied',
  'resume.expired',
  'participant.not_joined',
  'auth.invalid',
]);

/** Rooms that this tab is in, also while it shows another page: one is a member until one leaves. */
const rooms = new WeakMap<Connection, Map<string, Room>>();

function roomsOf(connection: Connection): Map<string, Room> {
  const known = rooms.get(connection) ?? new Map<string, Room>();
  rooms.set(connection, known);
  return known;
}

let wished: { readonly conversation: string; readonly wish: JoinWish } | null = null;

/** Said in the lobby: the room's page that opens next joins at once, without asking again. */
export function joinNext(conversation: string, wish: JoinWish): void {
  wished = { conversation, wish };
}

/** Membership of one conversation: resumed after a reload, joined when asked to. */
export function useMembership(conversation: string): {
  readonly membership: Membership;
  readonly join: (wish: JoinWish) => void;
} {
  const { connection } = useSession();
  const [membership, setMembership] = useState<Membership>({ phase: 'asking' });
  const attempt = useRef(0);

  const enter = useCallback(
    async (wish: JoinWish, resume: ResumeState | undefined) => {
      const mine = ++attempt.current;
      const stillWanted = (): boolean => mine === attempt.current;
      setMembership({ phase: 'joining' });
      try {
        const open = await connection();
        const known = roomsOf(open).get(conversation);
        if (known?.closed === null) {
          if (stillWanted()) setMembership({ phase: 'open', room: known, connection: open });
          return;
        }
        const invite = keptInvite(conversation);
        const roles = [...(wish.observer ? ['observer'] : []), ...(wish.roles ?? [])];
        const room = await open.join(conversation, {
          kind: 'human',
          interface: INTERFACE,
          displayName: wish.displayName,
          catchUp: { last: CATCH_UP_EVENTS },
          ...(wish.offers === undefined ? {} : { offers: wish.offers }),
          ...(roles.length === 0 ? {} : { roles }),
          ...(wish.level === undefined ? {} : { consistency: { kind: wish.level } }),
          ...(invite === undefined ? {} : { invite }),
          ...(resume === undefined ? {} : { resume }),
        });
        roomsOf(open).set(conversation, room);
        dropInvite(conversation);
        if (stillWanted()) setMembership({ phase: 'open', room, connection: open });
      } catch (error) {
        if (!stillWanted()) return;
        if (resume !== undefined && error instanceof ParleyError && RESUME_OVER.has(error.code)) {
          dropResume(conversation);
          setMembership({ phase: 'asking' });
        } else setMembership({ phase: 'failed', error });
      }
    },
    [connection, conversation],
  );

  useEffect(() => {
    const wish = wished?.conversation === conversation ? wished.wish : null;
    wished = null;
    const resume = keptResume(conversation);
    if (resume !== undefined) void enter(wish ?? { displayName: rememberedName(), observer: false }, resume);
    else if (wish !== null) void enter(wish, undefined);
    else setMembership({ phase: 'asking' });
    return () => {
      attempt.current += 1;
    };
  }, [conversation, enter]);

  const room = membership.phase === 'open' ? membership.room : null;
  useEffect(() => {
    if (room === null) return;
    const stopKeeping = keepResuming(room);
    const stopListening = room.onClosed((closed) => {
      if (closed.cause !== 'closed' && closed.cause !== 'lost') dropResume(room.id);
      setMembership({ phase: 'over', closed });
    });
    return () => {
      stopListening();
      stopKeeping();
    };
  }, [room]);

  const join = useCallback(
    (wish: JoinWish) => void enter(wish, keptResume(conversation)),
    [enter, conversation],
  );
  return { membership, join };
}
