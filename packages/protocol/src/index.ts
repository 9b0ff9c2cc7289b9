export * from './version.ts';
export * from './close-codes.ts';
export * from './error-catalogue.ts';
export * from './errors.ts';
export * from './event-frames.ts';
