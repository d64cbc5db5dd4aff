import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endWithParent } from '@rounds/local-servers'
import { demoClient, startStack } from '@rounds/stack'
import { faultProxy, smtpSink } from '@rounds/testing'
import { pythonPeers } from '../src/peers/python-peers.ts'

// `npm run celery`: docs/celery with Celery itself, which is installed here for the benches anyway. First over answers that
// stand in its tests, then over a hospital.
const root = fileURLToPath(new URL('../..', import.meta.url))
const cacheDir = join(root, '.cache/bench')
const backend = join(root, 'docs/celery')
await mkdir(cacheDir, { recursive: true })
const peers = await pythonPeers(root, cacheDir, process.env, (line) => console.error(line))

const isWell = (await succeeds('test_rounds_celery.py', backend)) && (await succeedsOverRounds())
process.exitCode = isWell ? 0 : 1

async function succeedsOverRounds(): Promise<boolean> {
  const mails = await smtpSink({ keepTexts: false })
  const later = { reply: '451 4.7.1 later' }
  mails.add({ at: 'RCPT', do: later, to: 'later@example.test', times: Number.POSITIVE_INFINITY })
  // A database that is slow for reports: a report of a hospital this small ends before its progress is told.
  const database = await faultProxy(0)
  database.add({ when: 'server', do: { delayMs: 50 }, times: Number.POSITIVE_INFINITY })
  const atAnyHour = { QUIET_FROM: '00:00', QUIET_UNTIL: '00:00' }
  const stack = await startStack({
    adjust(service, environment) {
      if (service === 'gateway') return { ...environment, ...atAnyHour }
      if (service === 'mailer') return { ...environment, ...atAnyHour, SMTP_URL: mails.url }
      if (service !== 'reports') return environment
      const { MONGO_URL = '' } = environment
      database.lead(Number(/:(\d+)\//.exec(MONGO_URL)?.[1]))
      // Without `directConnection` the driver would learn the database's own address and go around.
      return {
        ...environment,
        MONGO_URL: `${MONGO_URL.replace(/:\d+\//, `:${database.port}/`)}&directConnection=true`,
      }
    },
  })
  try {
    const admin = await demoClient(stack.url, 'admin')
    const { secret } = await admin.send<{ secret: string }>('POST', '/v1/tokens', {
      name: 'celery',
      scopes: ['reports:read', 'reports:write', 'mail:read', 'mail:write', 'people:read'],
      expiresInDays: 1,
    })
    return await succeeds('test_with_rounds.py', join(root, 'bench/celery'), {
      ROUNDS_URL: stack.url,
      ROUNDS_TOKEN: secret,
    })
  } finally {
    await stack.stop()
    await mails.close()
    await database.close()
  }
}

async function succeeds(file: string, cwd: string, environment: Record<string, string> = {}) {
  const tests = endWithParent(
    spawn(peers.program('python'), ['-m', 'unittest', '-v', file], {
      cwd,
      env: { ...process.env, ...environment, PYTHONPATH: backend, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: 'inherit',
    }),
  )
  const [code] = await once(tests, 'exit')
  return code === 0
}
