import { CLOSE_CODES } from '../close-codes.ts';
import { ERRORS } from '../error-catalogue.ts';
import { PROTOCOL_VERSION } from '../version.ts';
import type { Json } from './json-schema.ts';

/** `/errors.json`: every error and close code. A problem's `type` points to its entry. */
export const errorsDocument = (): Json => ({
  protocol: PROTOCOL_VERSION,
  errors: Object.fromEntries(Object.entries(ERRORS).map(([code, row]) => [code, { code, ...row }])),
  closeCodes: Object.entries(CLOSE_CODES).map(([code, row]) => ({ code: Number(code), ...row })),
});
