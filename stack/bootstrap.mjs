// The only file that whatever Node is at hand has to understand (18 or newer): it sees to the packages, among them the
// Node that runs everything else, and hands over.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = join(root, 'node_modules')
const lock = join(root, 'package-lock.json')
const stamp = join(packages, '.rounds-lock')
const lockHash = createHash('sha256').update(readFileSync(lock)).digest('hex')

if (!areCurrent()) install()
// Without a program it only sees to the packages.
if (process.argv.length > 2) handOver(process.argv.slice(2))

function areCurrent() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash) return true
  // npm writes this file last: somebody who ran `npm install` or `npm ci` by hand need not wait for another one.
  const finished = join(packages, '.package-lock.json')
  if (!existsSync(finished) || statSync(finished).mtimeMs < statSync(lock).mtimeMs) return false
  writeFileSync(stamp, lockHash)
  return true
}

function install() {
  console.error('Installing packages (npm ci); this happens once per package-lock.json.')
  const npm = process.env.npm_execpath
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', flags, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (status !== 0) {
    console.error(
      'npm ci failed, so nothing was started: see its message above, then run the same command again.',
    )
    process.exit(1)
  }
  writeFileSync(stamp, lockHash)
}

function handOver([file, ...rest]) {
  const node = nodeOfOurs() ?? yours()
  if (!node) {
    console.error(
      'There is no Node 24 package for this platform: install Node 24.16 or newer and run the same command again.',
    )
    process.exit(1)
  }
  const tether = new URL('./tether.mjs', import.meta.url).href
  const child = spawn(node, ['--import', tether, join(root, file), ...rest], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    shell: process.platform === 'win32',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

/** npm ends on a signal without waiting for what it started: whoever asked npm to stop means all of it. */
function stopWithNpm(child) {
  if (!process.env.npm_execpath) return
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid !== npm) child.kill('SIGTERM')
  }, 500)
  watch.unref()
}

function nodeOfOurs() {
  const node = join(packages, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  return existsSync(node) ? node : undefined
}

/** The Node that runs this file, where it is new enough: the packages know no Node 24 for Apple's own processors. */
function yours() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 16) ? process.execPath : undefined
}
