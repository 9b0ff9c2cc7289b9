export * from './provider.ts';
export * from './use-conversation.ts';
export * from './use-floor.ts';
export * from './use-now.ts';
export * from './use-presence.ts';
export { useRoomValue } from './use-room-value.ts';
export * from './use-transcript.ts';
