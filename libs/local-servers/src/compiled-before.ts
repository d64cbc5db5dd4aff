import { fileURLToPath } from 'node:url'

/** For the environment of a service that a test starts: half of its start is reading TypeScript that another has read. */
export const compiledBefore = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../.cache/compile', import.meta.url)),
} as const
