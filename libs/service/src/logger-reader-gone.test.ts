import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('lets its process end though whoever read the log fell behind and is gone', async () => {
  const program = fileURLToPath(new URL('../test/logs-and-leaves.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] })
  const exit = once(child, 'exit')
  try {
    await once(child, 'message')
    child.send('say more than fits')
    await once(child, 'message')

    child.kill('SIGTERM')
    // Gone while it leaves, and not before.
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.stdout?.destroy()

    const hangs = new Promise((resolve) => setTimeout(resolve, 5_000, 'hangs'))
    expect(await Promise.race([exit, hangs])).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})
