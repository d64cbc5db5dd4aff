import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonPeers } from '../src/peers/python-peers.ts'

// `npm run celery`: docs/celery with Celery itself, which is installed here for the benches anyway.
const root = fileURLToPath(new URL('../..', import.meta.url))
const cacheDir = join(root, '.cache/bench')
await mkdir(cacheDir, { recursive: true })
const peers = await pythonPeers(root, cacheDir, process.env, (line) => console.error(line))
const tests = spawn(peers.program('python'), ['-m', 'unittest', '-v'], {
  cwd: join(root, 'docs/celery'),
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  stdio: 'inherit',
})
const [code] = await once(tests, 'exit')
process.exitCode = code ?? 1
