/** One run of the load generator, in a process of its own: the spec comes as JSON, the result goes as JSON. */
import { commands } from './commands.ts';
import { fanOut } from './fan-out.ts';
import type { CommandsSpec, FanOutSpec } from './spec.ts';

const spec = JSON.parse(process.argv[2] ?? 'null') as FanOutSpec | CommandsSpec;
const result = spec.kind === 'fan-out' ? await fanOut(spec) : await commands(spec);
process.stdout.write(JSON.stringify(result), () => process.exit(0));
