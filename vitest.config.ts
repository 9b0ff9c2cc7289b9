import { defineConfig } from 'vitest/config';

const slow = ['**/*.browser.test.{ts,tsx}', '**/*.e2e.test.ts'];
const never = ['**/node_modules/**', '**/dist/**', '**/data/**'];

export default defineConfig({
  test: {
    // Two workers on two cores: more would only make the tests with real clocks wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...slow, ...never],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        // Processes and browsers: one file at a time, after the unit tests, so that nothing else
        // takes the time that they measure.
        test: {
          name: 'whole',
          include: slow.flatMap((pattern) =>
            ['packages', 'examples', 'bench'].map((top) => `${top}/${pattern}`),
          ),
          exclude: never,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
