import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { loadConfig } from '../config.ts'
import { demoAuditKey } from '../service-environments.ts'
import { root } from '../stack.ts'

// The command is the gateway's; for a hospital that `npm start` runs on this machine its addresses are known.
const command = join(root, 'services/gateway/src/audit/verify-audit-cli.ts')
const environment = process.env.MONGO_URL ? {} : await ofThisMachine()
const child = spawn(process.execPath, [command, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...environment },
})
const [code] = await once(child, 'exit')
process.exit(code ?? 2)

async function ofThisMachine(): Promise<Record<string, string>> {
  const config = loadConfig(process.env)
  const dataDir = resolve(root, config.DATA_DIR)
  const secrets = async (of: string): Promise<Record<string, string>> =>
    JSON.parse(await readFile(join(dataDir, of, 'secrets.json'), 'utf8').catch(() => '{}'))
  const [nats, mongo] = await Promise.all([secrets('nats'), secrets('mongo')])
  const [user, source] = process.argv[2] === 'prune' ? ['admin', 'admin'] : ['gateway', 'rounds']
  return {
    MONGO_URL: `mongodb://${user}:${mongo[user]}@127.0.0.1:${config.MONGO_PORT}/rounds?replicaSet=rs0&authSource=${source}`,
    NATS_URL: `nats://127.0.0.1:${config.NATS_PORT}`,
    NATS_PASSWORD: nats.auditor ?? '',
    AUDIT_SIGNING_KEY: demoAuditKey,
  }
}
