import type { FastifyInstance } from 'fastify';
import { evenness, giniCoefficient, jainIndex, project } from '@parley/core';
import type { HttpContext } from './context.ts';
import { reading, viewerOf } from './context.ts';

/** `GET …/fairness`: who contributed how much, and how evenly the members share the time. */
export function fairnessRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.get('/v1/conversations/:id/fairness', async (request) => {
    const { state, access } = await reading(parts, request);
    const { contributions, participants } = project(state, viewerOf(access));
    const speakingMs = participants.map(
      ({ id }) => contributions.find((entry) => entry.participant === id)?.speakingMs ?? 0,
    );
    return {
      participants: contributions,
      jain: jainIndex(speakingMs),
      gini: giniCoefficient(speakingMs),
      evenness: evenness(speakingMs),
    };
  });
}
