import { VersionNotSupportedError } from '@a2a-js/sdk/errors';
import type { FastifyRequest } from 'fastify';
import { A2A_LEGACY_VERSION, A2A_VERSION } from './card.ts';

/** The version that a caller says it speaks, as major and minor; undefined where it says nothing. */
export function versionOf(request: FastifyRequest): string | undefined {
  const header = request.headers['a2a-version'];
  const text = typeof header === 'string' ? header.trim() : '';
  if (text === '') return undefined;
  const [, version] = /^(\d+\.\d+)(?:\.\d+)?$/.exec(text) ?? [];
  if (version !== undefined) return version;
  throw new VersionNotSupportedError('A2A-Version: expected a version such as 1.0.');
}

/** @throws VersionNotSupportedError */
export function mustSpeak(version: string | undefined, legacy: boolean): void {
  if (version === undefined || version === A2A_VERSION || (legacy && version === A2A_LEGACY_VERSION)) return;
  const spoken = legacy ? `${A2A_VERSION} and ${A2A_LEGACY_VERSION}` : A2A_VERSION;
  throw new VersionNotSupportedError(`This endpoint speaks A2A ${spoken}.`);
}
