import type { Caller } from '../../sessions/caller.ts';
import type { HttpContext } from '../http/context.ts';
import type { RepeatedCalls } from './repeated-calls.ts';

/** What all calls share. */
export interface McpContext extends HttpContext {
  readonly repeated: RepeatedCalls;
}

/** One HTTP request of an MCP client whose token has been checked. */
export interface Call {
  readonly context: McpContext;
  /** Null for nobody, where nobody may call (`--open`). */
  readonly caller: Caller | null;
  readonly address: string;
  /** Aborted when the client has gone or the hub stops. */
  readonly signal: AbortSignal;
}

/** One use of a tool. */
export interface ToolCall extends Call {
  /** The JSON-RPC request's, unique within one client's life. */
  readonly requestId: string | number;
  /** Tells a client that asked for it that the call goes on; else does nothing. */
  readonly progress: (message: string) => void;
}
