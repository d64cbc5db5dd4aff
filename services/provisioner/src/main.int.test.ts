import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { consumers, gatherers } from '@rounds/contracts'
import { compiledBefore, freePorts, type LocalNats, startNats, testServers } from '@rounds/local-servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const main = new URL('main.ts', import.meta.url).pathname

describe('the provisioner', () => {
  let nats: LocalNats
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats.stop())

  it('makes broker and database whole once, and ends well', async () => {
    const environment = { MONGO_ADMIN_URL: testServers().freshDatabase(), ...mongoPasswords }

    const first = await ended(provisioner(['--once'], environment))
    const second = await ended(provisioner(['--once'], environment))

    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(first.stdout).toContain('"durable":"reports-exports"')
    expect(second).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('makes a broker whole again that lost everything, tells readiness, and stops when asked', async () => {
    const [port = 0] = await freePorts(1)
    const running = provisioner([], { PROVISION_EVERY_SECONDS: '1', OPS_PORT: `${port}` })
    const ready = async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    await vi.waitFor(ready, { timeout: 20_000, interval: 100 })

    await nats.wipe()

    await vi.waitFor(
      async () => expect(await consumersAtBroker()).toBe(consumers.length + gatherers.length),
      {
        timeout: 20_000,
        interval: 200,
      },
    )
    running.kill('SIGTERM')
    expect(await ended(running)).toMatchObject({ exitCode: 0 })
  })

  it('names everything that is missing in the environment at once', async () => {
    const { exitCode, stderr } = await ended(provisioner(['--once'], { NATS_URL: '', NATS_PASSWORD: '' }))

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^configuration: NATS_URL is missing .*NATS_PASSWORD is missing.*\n$/)
  })

  it('names the passwords that users would need', async () => {
    const { exitCode, stderr } = await ended(
      provisioner(['--once'], { MONGO_ADMIN_URL: 'mongodb://nowhere.test/rounds' }),
    )

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^configuration: MONGO_\w+_PASSWORD is needed with MONGO_ADMIN_URL; .*\n$/)
  })

  it('refuses an old server in one line', async () => {
    const old = createServer((socket) => {
      socket.on('error', () => {})
      socket.write('INFO {"version":"2.9.10","proto":1,"headers":true,"max_payload":1000}\r\n')
      socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n'))
    })
    await new Promise<void>((listening) => old.listen(0, '127.0.0.1', listening))
    const { port } = old.address() as { port: number }

    const { exitCode, stderr } = await ended(
      provisioner(['--once'], { NATS_URL: `nats://127.0.0.1:${port}` }),
    )

    expect(exitCode).toBe(1)
    expect(stderr).toBe('The NATS server is version 2.9.10; Rounds needs 2.14 or newer.\n')
    old.close()
  })

  it('refuses a wrong password in one line', async () => {
    const { exitCode, stderr } = await ended(provisioner(['--once'], { NATS_PASSWORD: 'guess' }))

    expect(exitCode).toBe(1)
    expect(stderr).toBe('NATS refuses the user provisioner: check NATS_PASSWORD.\n')
  })

  const mongoPasswords = Object.fromEntries(
    ['gateway', 'reports', 'mailer', 'chat-notifier', 'scheduler'].map((service) => [
      `MONGO_${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`,
      'secret',
    ]),
  )

  function provisioner(args: readonly string[], environment: Readonly<Record<string, string>>) {
    return spawn(process.execPath, [main, ...args], {
      env: {
        ...compiledBefore,
        NATS_URL: nats.url,
        NATS_PASSWORD: nats.passwordOf('provisioner'),
        NATS_MONITOR_URL: nats.monitorUrl,
        OPS_PORT: '0',
        ...environment,
      },
    })
  }

  async function consumersAtBroker() {
    const answer = await fetch(`${nats.monitorUrl}/jsz`)
    const { consumers } = (await answer.json()) as { consumers: number }
    return consumers
  }
})

async function ended(child: ReturnType<typeof spawn>) {
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk
  })
  const exitCode = await new Promise<number | null>((exit) => child.on('close', exit))
  return { exitCode, ...said }
}
