import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a figure was measured on. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly versions: Readonly<Record<string, string>>
}

export async function machineFacts(root: string): Promise<Machine> {
  const said = (command: string, ...args: string[]) =>
    run(command, args).then(
      ({ stdout }) => /v?(\d+\.\d+[\w.]*)/.exec(stdout)?.[1] ?? 'unknown',
      () => 'missing',
    )
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    versions: {
      node: process.versions.node,
      python: await said('python3', '--version'),
      redis: await said('redis-server', '--version'),
      ...(await pinned(
        join(root, 'bench/peers/python/requirements.txt'),
        /^(celery|flask|gunicorn|pymongo|redis)==([\w.]+)/i,
        'py-',
      )),
      ...JSON.parse(await readFile(join(root, 'bench/peers/node/package.json'), 'utf8')).dependencies,
    },
  }
}

async function pinned(file: string, line: RegExp, prefix = ''): Promise<Record<string, string>> {
  const found = (await readFile(file, 'utf8')).split('\n').flatMap((text) => {
    const [, name, version] = line.exec(text) ?? []
    return name && version ? [[`${prefix}${name.toLowerCase()}`, version] as const] : []
  })
  return Object.fromEntries(found)
}
