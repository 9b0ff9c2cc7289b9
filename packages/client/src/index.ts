export * from './api.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './transcript-lines.ts';
export * from './transport.ts';
