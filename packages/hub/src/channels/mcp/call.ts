import type { Call } from '../calling/call.ts';
import type { HttpContext } from '../http/context.ts';
import type { RepeatedCalls } from './repeated-calls.ts';

/** What all calls share. */
export interface McpContext extends HttpContext {
  readonly repeated: RepeatedCalls;
}

/** One HTTP request of an MCP client. */
export interface McpCall extends Call {
  readonly context: McpContext;
}

/** One use of a tool. */
export interface ToolCall extends McpCall {
  /** The JSON-RPC request's, unique within one client's life. */
  readonly requestId: string | number;
  /** Tells a client that asked for it that the call goes on; else does nothing. */
  readonly progress: (message: string) => void;
}
