import type { Room } from '@parley/client';

/** The wire's shapes, as the SDK hands them out. */
export type View = Omit<Room['view'], 'speaking'>;
export type Participant = View['participants'][number];
export type Holder = View['floor']['holders'][number];
export type OpenItem = View['context']['openItems'][number];
