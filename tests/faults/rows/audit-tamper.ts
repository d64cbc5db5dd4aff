import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { demoAuditKey } from '@rounds/stack'
import { MongoClient } from 'mongodb'
import type { Row } from '../row.ts'
import { underLoad } from '../under-load.ts'
import type { World } from '../world.ts'

type Entry = Record<string, unknown> & {
  readonly _id: string
  readonly chain: { readonly writer: string; readonly seq: number }
}

const command = fileURLToPath(
  new URL('../../../services/gateway/src/audit/verify-audit-cli.ts', import.meta.url),
)

export const auditTamper: Row = {
  name: 'audit-tamper',
  injects:
    'after work under load and a kill -9 of the gateway, an administrator of MongoDB changes, dates back, removes, exchanges, makes up and cuts off entries of the audit, also one inside of a job, one after the other; the verification is asked each time',
  async run(world) {
    const observed = await underLoad(world, {
      row: 'audit-tamper',
      jobs: world.size(40, 300),
      perSecond: 10,
      async inject({ hit }) {
        await world.crash('gateway')
        hit()
        return undefined
      },
    })
    const { found, missed, falseAlarms } = await tamper(world)
    return {
      ...observed,
      injected: observed.injected + found.length + missed.length,
      bars: [
        ...observed.bars,
        { what: 'kinds of tampering that were not found', seen: missed.length, atMost: 0 },
        { what: 'kinds of tampering that were found', seen: found.length, atLeast: 7 },
        { what: 'alarms about a trail that nobody touched', seen: falseAlarms, atMost: 0 },
      ],
      notes: [...observed.notes, `Found: ${found.join(', ')}.`, ...missed.map((one) => `Not found: ${one}.`)],
    }
  },
}

async function tamper(world: World) {
  const client = new MongoClient(world.stack.mongo.url)
  const [found, missed] = [[] as string[], [] as string[]]
  try {
    // A stopped gateway has sealed what it wrote.
    await world.stack.services.gateway.stop()
    const audit = client.db().collection<Entry>('audit')
    const jobs = client.db().collection('jobs')
    const all = await audit.find().sort({ 'chain.writer': 1, 'chain.seq': 1 }).toArray()
    const long = [...Map.groupBy(all, ({ chain }) => chain.writer).values()].toSorted(
      (a, b) => b.length - a.length,
    )[0]
    const [one, next, last] = [long?.at(1), long?.at(2), long?.at(-1)]
    if (!one || !next || !last) throw new Error('the audit is too short to be tampered with')
    const tamperings: Record<string, () => Promise<unknown>> = {
      changed: () => audit.updateOne({ _id: one._id }, { $set: { who: 'nobody' } }),
      'dated back': () => audit.updateOne({ _id: one._id }, { $set: { at: new Date(0) } }),
      removed: () => audit.deleteOne({ _id: one._id }),
      exchanged: async () => {
        await audit.deleteMany({ _id: { $in: [one._id, next._id] } })
        await audit.insertMany([
          { ...one, chain: next.chain },
          { ...next, chain: one.chain },
        ])
      },
      'made up': () => audit.insertOne({ ...one, _id: 'made-up', chain: { ...one.chain, seq: 10_000_000 } }),
      'cut off': () => audit.deleteOne({ _id: last._id }),
      'made up in a job': () => jobs.updateOne({}, { $set: { auditDue: { ...one, _id: 'made-up' } } }),
    }
    const falseAlarms = (await verified(world)) === 1 ? 1 : 0
    for (const [what, act] of Object.entries(tamperings)) {
      await act()
      ;((await verified(world)) === 1 ? found : missed).push(what)
      await audit.deleteMany({})
      await audit.insertMany(all)
      await jobs.updateMany({ 'auditDue._id': 'made-up' }, { $unset: { auditDue: '' } })
    }
    return { found, missed, falseAlarms }
  } finally {
    await client.close()
    await world.stack.services.gateway.start()
    await world.stack.ready('gateway')
  }
}

async function verified({ stack }: World): Promise<number> {
  const child = spawn(process.execPath, [command, 'verify'], {
    stdio: 'ignore',
    env: {
      MONGO_URL: stack.mongo.urlFor('gateway'),
      NATS_URL: stack.nats.url,
      NATS_PASSWORD: stack.nats.passwordOf('auditor'),
      AUDIT_SIGNING_KEY: demoAuditKey,
    },
  })
  const [code] = await once(child, 'exit')
  return Number(code)
}
