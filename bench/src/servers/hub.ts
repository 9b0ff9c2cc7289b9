/**
 * The hub as it is, with `sqlite` on an empty folder that is gone afterwards (or on the one that is named, which
 * stays), or with `memory`. Only the rates that keep one client in bounds are out of the way: here one client is all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsOf, startHub } from '@parley/hub';
import { announceReady, answerMemory, endWithParent } from './ready.ts';

const UNBOUNDED = 1_000_000;

const log = process.argv[2];
const kept = process.argv[3];
const data = kept ?? mkdtempSync(path.join(tmpdir(), 'parley-bench-hub-'));
if (kept === undefined) process.on('exit', () => rmSync(data, { recursive: true, force: true }));

const hub = await startHub(
  settingsOf({
    port: 0,
    open: true,
    log,
    data,
    logLevel: 'error',
    limits: {
      commandsPerSecond: UNBOUNDED,
      commandsBurst: UNBOUNDED,
      joinsPerSecond: UNBOUNDED,
      connectionsPerPrincipal: UNBOUNDED,
      connectionsFromLoopback: UNBOUNDED,
    },
  }),
);
answerMemory();
announceReady(hub.port);
endWithParent(() => hub.stop());
