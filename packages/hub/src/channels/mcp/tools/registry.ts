import type { Tool } from '../tool.ts';
import { floorTools } from './floor.ts';
import { listeningTools } from './listening.ts';
import { lobbyTools } from './lobby.ts';
import { speakingTools } from './speaking.ts';

/** Everything that a model can do here. */
export const TOOLS: readonly Tool[] = [...lobbyTools, ...listeningTools, ...floorTools, ...speakingTools];
