import { StorageError } from '@parley/hub/testing';
import type { EventLog } from '@parley/hub/testing';
import type { Mutant } from './mutant.ts';

/** The log with some of its calls replaced. */
const changed = (log: EventLog, calls: Partial<EventLog>): EventLog => ({ ...log, ...calls });

/** Mutants between the host and its disk. */
export const logMutants: Readonly<Record<string, Mutant>> = {
  acknowledgesBeforeStoring: {
    breaks: 'A command is answered and published when its record is on its way to the disk.',
    rules: ['RL-1'],
    plan: {
      alterations: () => ({
        log: (log) =>
          changed(log, {
            append: (...args) => {
              log.append(...args).catch(() => undefined);
              return Promise.resolve({ outcome: 'appended' });
            },
          }),
      }),
    },
  },

  storesWhatItRefuses: {
    breaks: 'A record is stored now and then although whoever asked is told that it was not.',
    rules: ['RL-1'],
    plan: {
      alterations: () => ({
        log: (log) => {
          let appends = 0;
          return changed(log, {
            append: async (...args) => {
              const outcome = await log.append(...args);
              if ((appends += 1) % 20 === 0) throw new StorageError('storage.unavailable', 'it is there');
              return outcome;
            },
          });
        },
      }),
    },
  },

  neverHeals: {
    breaks: 'Once something could not be stored nothing is any more, until the hub is started again.',
    rules: ['progress'],
    plan: {
      faults: ['refuse', 'full', 'slow', 'cut'],
      alterations: () => ({
        log: (log) => {
          let failed = false;
          return changed(log, {
            append: async (...args) => {
              if (failed) throw new StorageError('storage.unavailable', 'it was not there before');
              try {
                return await log.append(...args);
              } catch (error) {
                failed = true;
                throw error;
              }
            },
          });
        },
      }),
    },
  },

  keepsAWrongSnapshot: {
    breaks: 'A snapshot says something else than the records that it stands for.',
    rules: ['FL-10', 'RL-1'],
    plan: {
      alterations: () => ({
        log: (log) =>
          changed(log, {
            saveSnapshot: (conversation, snapshot) =>
              log.saveSnapshot(conversation, {
                ...snapshot,
                state: snapshot.state.replace(/"topic":"[^"]*"/, '"topic":"of another conversation"'),
              }),
          }),
      }),
    },
  },
};
