/**
 * Version of everything a client relies on: frames, schemas, codes. Semantic: a client written for 1.x
 * works with every later 1.y. `schema-pin.test.ts` fails when the schemas change and this does not.
 */
export const PROTOCOL_VERSION = '1.0.0';

/** What a WebSocket client offers in `Sec-WebSocket-Protocol`. */
export const WS_SUBPROTOCOL = 'parley.v1';

/** Where the WebSocket is. */
export const WS_PATH = '/v1/ws';

/** Longest frame of a client in bytes; a longer one closes the connection with 1009. */
export const FRAME_BYTES_MAX = 65_536;

/**
 * Of all schemas, codes and defaults of this version. A test computes it anew and says what to do when
 * it differs.
 */
export const SCHEMAS_SHA256 = 'ade3078de0507774d4e345169957f4098fa12cb8225b8cb717ae2940de7e2859';
