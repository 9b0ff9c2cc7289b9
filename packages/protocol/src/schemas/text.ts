import { z } from 'zod';
import { LINE, LINES, NAME } from '../characters.ts';

export const TEXT_EXPECTED = 'a text without control or bidi-override characters';
const LINE_EXPECTED = `${TEXT_EXPECTED}, in one line`;

/** One line of at most `max` UTF-16 code units. */
export const line = (max: number) => z.string().max(max).regex(LINE, { error: LINE_EXPECTED });

/** One line with something visible in it. */
export const name = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(NAME, { error: `${LINE_EXPECTED}, not empty` });

/** Several lines of at most `max` UTF-16 code units; newlines and tabs allowed. */
export const lines = (max: number) => z.string().max(max).regex(LINES, { error: TEXT_EXPECTED });

/** A secret or code as the hub hands them out: the alphabet of JWTs and base64. */
export const opaque = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9._~+/=-]+$/, { error: 'a token as the hub gave it' });
