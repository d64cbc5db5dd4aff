import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { endWithParent } from '@rounds/local-servers'
import { root } from '../stack.ts'

export interface ToolRun {
  readonly code: number
  readonly said: string
  readonly stdout: string
}

/** Runs a tool of node_modules/.bin with our own Node, whatever Node its first line would find. */
export async function runTool(file: string, ...args: string[]): Promise<ToolRun> {
  const tool = endWithParent(
    spawn(process.execPath, [join(root, 'node_modules', file), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  let [stdout, stderr] = ['', '']
  tool.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  tool.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(tool, 'close')) as [number | null]
  return { code: code ?? 1, said: `${stdout}${stderr}`.trim(), stdout }
}
