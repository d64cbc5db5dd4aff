import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('lets its process end though nobody reads what it says any more', async () => {
  const program = fileURLToPath(new URL('../test/logs-and-leaves.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'ignore'] })
  const exit = once(child, 'exit')
  try {
    await once(child.stdout, 'data')
    child.stdout.destroy()
    // Long enough for a line to have met the closed pipe.
    await new Promise((resolve) => setTimeout(resolve, 100))

    child.kill('SIGTERM')

    expect(await Promise.race([exit, new Promise((resolve) => setTimeout(resolve, 5_000, 'hangs'))])).toEqual(
      [0, null],
    )
  } finally {
    child.kill('SIGKILL')
  }
})
