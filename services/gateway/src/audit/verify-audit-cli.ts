import { auditPrunedSubject } from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { auditStreamOf, type Connection, connectTo, putIntoAuditStream } from '@rounds/messaging'
import { mongoStore } from '@rounds/mongo'
import { readConfig } from '@rounds/service'
import { variables } from '../config.ts'
import { AuditKeys } from './audit-chain.ts'
import { auditsDue } from './mongo-audit.ts'
import { mongoAuditHeads } from './mongo-audit-heads.ts'
import { prune } from './prune.ts'
import { statementsIn } from './read-stream.ts'
import { verify } from './verify.ts'

const usage = `npm run audit -- verify                       whether the audit is what was once written
npm run audit -- prune --before 2026-01-31    removes what was sealed before that day, and keeps its heads

Needs MONGO_URL (for prune that of an administrator), NATS_URL, NATS_PASSWORD of the user auditor, AUDIT_SIGNING_KEY.
Ends with 0 when all is well, 1 when entries were tampered with, 2 when the broker lost heads or cannot be read.`

process.exit(await run(process.argv.slice(2)))

async function run([act, option, day]: readonly string[]): Promise<number> {
  const before = act === 'prune' && option === '--before' ? new Date(`${day}T00:00:00Z`) : undefined
  if (act !== 'verify' && !(before && Number.isFinite(before.getTime()))) {
    console.log(usage)
    return act === '--help' ? 0 : 64
  }
  if (before && before > new Date()) {
    console.error('That day is still to come: nothing was removed.')
    return 64
  }
  try {
    const { MONGO_URL, NATS_URL, NATS_PASSWORD, AUDIT_SIGNING_KEY } = variables
    const config = readConfig({ MONGO_URL, NATS_URL, NATS_PASSWORD, AUDIT_SIGNING_KEY }, process.env)
    const keys = new AuditKeys(config.AUDIT_SIGNING_KEY)
    const store = mongoStore(config.MONGO_URL, { appName: 'audit' })
    await store.start()
    const nats = await connected(config.NATS_URL, config.NATS_PASSWORD)
    try {
      const trail = mongoAuditHeads(store, keys)
      // Read before the entries: what is written meanwhile is only not sealed yet.
      const stream = statementsIn(nats && (await auditStreamOf(nats)))
      if (!before)
        return told(
          await verify(
            {
              stream,
              recorded: await trail.all(),
              due: await auditsDue(store),
              entries: trail.entries(),
            },
            keys,
          ),
        )
      if (!nats || !stream) throw new Error('Without the stream of heads nothing is removed.')
      const say = (writer: string, pruned: object) =>
        putIntoAuditStream(nats, auditPrunedSubject(writer), pruned)
      const removed = await prune(before, {
        keys,
        heads: stream.heads,
        say,
        remove: trail.remove,
        now: () => new Date(),
      })
      console.log(`${removed} entries were removed; their heads stay.`)
      return 0
    } finally {
      await nats?.close()
      await store.stop()
    }
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : 'This cannot be done.')
    return 2
  }
}

async function connected(url: string, password: string): Promise<Connection | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, 5_000, undefined))
  return Promise.race([connectTo({ url, user: 'auditor', password, log: silent }), late])
}

function told({ entries, chains, unsealed, findings, losses }: Awaited<ReturnType<typeof verify>>): number {
  console.log(`${entries} entries in ${chains} chains; ${unsealed} of them are not sealed yet.`)
  for (const { what, where } of findings) console.log(`TAMPERED: ${what}: ${where}`)
  for (const loss of losses) console.log(`LOST AT THE BROKER, which is no tampering: ${loss}`)
  if (findings.length > 0) return 1
  if (losses.length > 0) return 2
  console.log('Nothing was changed, removed, moved or made up.')
  return 0
}
