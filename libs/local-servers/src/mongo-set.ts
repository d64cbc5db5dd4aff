import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { type ChildServer, childServer } from './child-server.ts'
import { inDataDir } from './data-dir.ts'
import { freePorts } from './free-ports.ts'
import { becomePrimary, type LocalMongo, type MongoOptions, mongodArguments } from './mongo.ts'
import { secretsIn } from './secrets.ts'
import { mongod, serverBinary } from './server-binary.ts'
import { serverUsers } from './server-users.ts'

/** A set of three, of which one at a time may be away. `kill` and `restart` mean the one that is primary, or was killed. */
export interface LocalMongoSet extends LocalMongo {
  /** Makes the primary give up its place. Resolves when another has it. */
  stepDown(): Promise<void>
}

/** Runs three mongods as one replica set with users, on the loopback interface. Resolves once it takes writes. */
export function startMongoSet(options: Pick<MongoOptions, 'dir' | 'binary'> = {}): Promise<LocalMongoSet> {
  return inDataDir('mongo-set', options.dir, async (dir) => {
    const binary = await serverBinary(mongod, options.binary)
    const passwords = await secretsIn(dir.path, ['admin', 'cluster', ...serverUsers], undefined)
    const hosts = (await freePorts(3)).map((port) => `127.0.0.1:${port}`)
    const [first = ''] = hosts
    const keyFile = join(dir.path, 'cluster.key')
    await writeFile(keyFile, passwords.cluster ?? '', { mode: 0o600 })
    const members: ChildServer[] = []
    const url = `mongodb://admin:${passwords.admin}@${hosts.join()}/rounds?replicaSet=rs0&authSource=admin`
    let killed: ChildServer | undefined

    // The first one last: it initiates the set, and the others have to be there.
    for (const host of hosts.toReversed()) {
      const data = join(dir.path, `data-${hosts.indexOf(host)}`)
      await mkdir(data, { recursive: true })
      members.unshift(
        await childServer({
          name: 'mongod',
          binary,
          args: [
            ...mongodArguments({ data, port: Number(host.split(':')[1]), cacheGb: 0.25 }),
            '--auth',
            '--keyFile',
            keyFile,
          ],
          logFile: join(dir.path, `mongod-${hosts.indexOf(host)}.log`),
          ready: () => (host === first ? becomeSet() : answers(host)),
        }),
      )
    }

    return {
      url,
      urlFor: (service) => `mongodb://${service}:${passwords[service]}@${hosts.join()}/rounds?replicaSet=rs0`,
      passwordOf: (service) => passwords[service] ?? '',
      get pid() {
        return (members[0] as ChildServer).pid
      },
      async stepDown() {
        await using client = new MongoClient(url)
        const before = await primaryOf(client)
        await client.db('admin').command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 })
        while ((await primaryOf(client).catch(() => before)) === before) await sleep(50)
      },
      async kill() {
        await using client = new MongoClient(url)
        killed = members[hosts.indexOf(await primaryOf(client))]
        await killed?.kill()
      },
      async restart() {
        await killed?.restart()
      },
      async stop() {
        await Promise.all(members.map((member) => member.stop()))
        await dir.forget()
      },
    }

    // Once there is a set, any of the three may be its primary.
    async function becomeSet() {
      try {
        await becomePrimary(first, passwords.admin, hosts)
      } catch (fault) {
        await using client = new MongoClient(url, { serverSelectionTimeoutMS: 1_000 })
        await primaryOf(client).catch(() => Promise.reject(fault))
      }
    }
  })
}

async function answers(host: string) {
  await using client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  })
  await client.db('admin').command({ hello: 1 })
}

async function primaryOf(client: MongoClient): Promise<string> {
  const { primary } = await client.db('admin').command({ hello: 1 })
  if (typeof primary !== 'string') throw new Error('the set has no primary')
  return primary
}
