import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** A process that listens on a TCP port of this machine. */
export interface PortHolder {
  readonly pid: number
  /** Program and script, without directories and arguments: `node maildev.js`. */
  readonly name: string
}

const run = promisify(execFile)

/** The process that listens on this TCP port, as far as this user may see it; otherwise undefined. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  try {
    return process.platform === 'linux' ? await fromProc(port) : await fromLsof(port)
  } catch {
    // No permission, no `lsof`: the caller says that the port is taken without a name.
    return undefined
  }
}

/** `/proc/net/tcp` names the socket's inode (proc_pid_net(5)); the process has a descriptor that links to it. */
async function fromProc(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  )
  const sockets = new Set(listeningInodes(tables.join('\n'), port).map((inode) => `socket:[${inode}]`))
  if (sockets.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (!sockets.has(target)) continue
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
      return { pid: Number(pid), name: shortName(command.split('\0')) }
    }
  }
  return undefined
}

/** Inodes of sockets in state LISTEN (0A) on this port, from the text of `/proc/net/tcp`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${wanted}`) && state === '0A')
    .flatMap((fields) => fields[9] ?? [])
}

async function fromLsof(port: number): Promise<PortHolder | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  const name = /^c(.+)$/m.exec(stdout)?.[1]
  return pid && name ? { pid: Number(pid), name } : undefined
}

/** Arguments may hold passwords: only the program, and the script when the program is an interpreter. */
export function shortName([program = '', ...args]: readonly string[]): string {
  const script = args.find(
    (arg) => /\.[cm]?[jt]s$|\.py$/.test(arg) && !arg.startsWith('-') && !arg.includes(':'),
  )
  return [program, script].flatMap((path) => (path ? basename(path) : [])).join(' ')
}
