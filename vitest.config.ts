import { defineConfig } from 'vitest/config'

/** One file at a time, and after the quick ones: each starts a whole hospital. */
const sequential = (groupOrder: number) => ({
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 300_000,
  sequence: { groupOrder },
})

const int = {
  globalSetup: ['./libs/local-servers/src/vitest-setup.ts'],
  setupFiles: ['./libs/local-servers/src/vitest-inject.ts'],
  testTimeout: 60_000,
  hookTimeout: 180_000,
  isolate: false,
}
/** Those that say within how many seconds something happens, which a machine does that does nothing else. */
const timed = ['services/scheduler/src/schedule-runs/replicas.int.test.ts']

/**
 * Without isolation the files of one worker share what they import, which is most of what a file takes. So none leaves a
 * mock, a fake clock or a variable of the environment behind.
 *
 * Four kinds of test, told apart by name and place: see CONTRIBUTING.md.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{bench,libs,services,stack,web,tests/faults,tests/fuzz}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.int.test.ts', 'tests/faults/short.test.ts', '**/node_modules/**'],
          // Milliseconds each; properties with hundreds of runs take seconds on a busy machine.
          testTimeout: 30_000,
          isolate: false,
        },
      },
      {
        test: {
          ...int,
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude: ['**/node_modules/**', ...timed],
        },
      },
      {
        test: {
          ...int,
          name: 'int, timed',
          include: timed,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts', 'tests/faults/short.test.ts'],
          ...sequential(1),
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          ...sequential(2),
          // In one process, where they share a hospital and a browser.
          isolate: false,
        },
      },
    ],
  },
})
