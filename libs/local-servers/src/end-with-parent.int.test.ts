import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { until } from './until.ts'

it('ends a child whose parent is killed without warning', async () => {
  const module = JSON.stringify(new URL('end-with-parent.ts', import.meta.url).href)
  const program = `
    const { spawn } = await import('node:child_process')
    const { endWithParent } = await import(${module})
    const child = endWithParent(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }))
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [pid] = await once(createInterface({ input: parent.stdout }), 'line')
  expect(isAlive(Number(pid))).toBe(true)

  parent.kill('SIGKILL')

  await until(async () => expect(isAlive(Number(pid))).toBe(false), { what: 'the end of the child' })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
