import { join, resolve } from 'node:path'
import { natsProcessIn } from '@rounds/local-servers'
import { loadConfig } from '../config.ts'
import { logins } from '../seed/logins.ts'
import { root } from '../stack.ts'
import { passwordClient } from '../tour/api-client.ts'
import { localBroker } from './broker.ts'
import { readPartnerOptions, usage } from './options.ts'
import { partner } from './partner.ts'

const exitCode = await run().catch((fault: unknown) => {
  const isForPeople =
    fault instanceof Error && /^(Operator|Config|Range|Type|UnexpectedAnswer)Error$/.test(fault.name)
  console.error(isForPeople ? told(fault) : fault)
  return 1
})
process.exit(exitCode)

async function run(): Promise<number> {
  const { wish, url: given, nats } = readPartnerOptions(process.argv.slice(2))
  if (wish.act === 'help') {
    console.log(usage)
    return 0
  }
  const config = loadConfig(process.env)
  const dataDir = resolve(root, config.DATA_DIR)
  const isLocal = given === undefined && (await natsProcessIn(join(dataDir, 'nats'))) !== undefined
  const url = given ?? `http://localhost:${config.HTTP_PORT}`
  const { ROUNDS_LOGIN = logins.admin.login, ROUNDS_PASSWORD = logins.admin.password } = process.env
  await partner(wish, {
    admin: await passwordClient(url, ROUNDS_LOGIN, ROUNDS_PASSWORD),
    url,
    natsUrl: nats ?? `nats://127.0.0.1:${config.NATS_PORT}`,
    broker: isLocal ? localBroker(dataDir, `http://127.0.0.1:${config.NATS_MONITOR_PORT}`) : undefined,
    keysDir: join(dataDir, 'partners'),
    say: (text) => console.log(text),
  })
  return 0
}

/** `fetch` says only that it failed; the reason is that nobody listens there. */
function told({ message }: Error): string {
  return message === 'fetch failed' ? 'Nobody answers: is Rounds running (npm start)?' : message
}
