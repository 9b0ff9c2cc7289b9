import { styleText } from 'node:util';

/** Where a command reads and writes, so that tests can stand in for a person's terminal. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** The terminal that this process was started in. */
export const processTerminal = (): Terminal => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
});

/** Styled where the stream is a terminal and the user did not say NO_COLOR; plain otherwise. */
export const styled = (stream: NodeJS.WriteStream, style: Style, text: string): string =>
  styleText(style, text, { stream, validateStream: true });

export const printLine = (stream: NodeJS.WritableStream, text: string): void => {
  stream.write(`${text}\n`);
};

/** One JSON text per line, as machines like it. */
export const printJson = (stream: NodeJS.WritableStream, value: unknown): void =>
  printLine(stream, JSON.stringify(value));
