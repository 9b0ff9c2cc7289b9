import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract } from '../ports/event-log.contract.ts';
import { openSqliteLog } from './event-log.sqlite.ts';
import { silent } from './scratch.fixture.ts';

eventLogContract('sqlite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-log-'));
  const log = await openSqliteLog({ directory, logger: silent });
  const dispose = async () => {
    await log.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { log, dispose };
});
