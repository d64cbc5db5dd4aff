import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '@rounds/kernel'
import { type ChildServer, childServer } from './child-server.ts'
import { inDataDir } from './data-dir.ts'
import { freePorts } from './free-ports.ts'
import {
  type LocalNats,
  type NatsOptions,
  natsFilesIn,
  natsServes,
  shippedNatsConf,
  shippedPartners,
} from './nats.ts'
import { secretsIn } from './secrets.ts'
import { natsServer, serverBinary } from './server-binary.ts'
import { natsEnvironment, serverUsers } from './server-users.ts'
import { until } from './until.ts'

/** Three servers. What is done to "the server" of a `LocalNats` is done to all of them. */
export interface LocalNatsCluster extends LocalNats {
  /** The server that leads a stream is killed, loses its disk and comes back. Resolves once it serves, with its name. */
  loseDiskOf(stream: string): Promise<string>
  /** Resolves once so many servers have all of a stream. */
  replicated(stream: string, servers: number): Promise<void>
}

interface Member {
  readonly name: string
  readonly store: string
  readonly monitorUrl: string
  readonly server: ChildServer
}

/** Runs three nats-servers as one cluster, on the loopback interface. Resolves once they have a leader. */
export function startNatsCluster(
  options: Pick<NatsOptions, 'dir' | 'binary' | 'conf'> = {},
): Promise<LocalNatsCluster> {
  return inDataDir('nats-cluster', options.dir, async (dir) => {
    const binary = await serverBinary(natsServer, options.binary)
    const passwords = await secretsIn(dir.path, serverUsers, undefined)
    const ports = await freePorts(9)
    const places = [0, 1, 2].map((index) => ({
      name: `n${index}`,
      port: ports[index] ?? 0,
      monitorUrl: `http://127.0.0.1:${ports[index + 3]}`,
      route: `nats://127.0.0.1:${ports[index + 6]}`,
    }))
    const routes = places.map(({ route }) => route).join()
    // Side by side: none of them is healthy before there are two.
    const members = await Promise.all(places.map(member))
    const monitorUrl = places.map((place) => place.monitorUrl).join()
    const all = (doing: (server: ChildServer) => Promise<void>) =>
      Promise.all(members.map(({ server }) => doing(server))).then(() => {})
    const kill = () => all((server) => server.kill())
    const restart = () => all((server) => server.restart())

    return {
      url: places.map(({ port }) => `nats://127.0.0.1:${port}`).join(),
      monitorUrl,
      passwordOf: (service) => passwords[service] ?? '',
      partnersFile: natsFilesIn(join(dir.path, 'n0')).partners,
      get pid() {
        return (members[0] as Member).server.pid
      },
      kill,
      restart,
      async stop() {
        await all((server) => server.stop())
        await dir.forget()
      },
      async wipe() {
        await kill()
        await Promise.all(members.map(({ store }) => rm(store, { recursive: true, force: true })))
        await restart()
      },
      reload: notHere,
      backUp: notHere,
      async replicated(stream, servers) {
        const isCurrent = async () => {
          const { others } = await leaderOf(stream)
          if (others + 1 < servers) throw new Error('not everywhere yet')
        }
        await until(isCurrent, { what: `${servers} servers with ${stream}` })
      },
      async loseDiskOf(stream) {
        const { name } = await leaderOf(stream)
        const lost = members.find((one) => one.name === name)
        if (!lost) throw new OperatorError(`no server of the cluster leads ${stream}`)
        await lost.server.kill()
        await rm(lost.store, { recursive: true, force: true })
        await lost.server.restart()
        return name
      },
    }

    async function member({ name, port, monitorUrl, route }: (typeof places)[number]): Promise<Member> {
      const home = join(dir.path, name)
      const store = join(home, 'jetstream')
      await mkdir(store, { recursive: true })
      const files = natsFilesIn(home)
      await copyFile(options.conf ?? shippedNatsConf, files.conf)
      await copyFile(shippedPartners, files.partners)
      const server = await childServer({
        name: 'nats-server',
        binary,
        args: [
          ...['-c', files.conf, '-a', '127.0.0.1', '-p', `${port}`, '-m', new URL(monitorUrl).port],
          ...['-sd', store, '-P', files.pid, '-n', name],
          ...['-cluster_name', 'rounds', '-cluster', route, '-routes', routes],
        ],
        env: natsEnvironment(passwords),
        logFile: join(home, 'nats-server.log'),
        ready: () => natsServes(monitorUrl),
      })
      return { name, store, monitorUrl, server }
    }

    /** Of a stream that is kept once, the server that has it. */
    function leaderOf(stream: string): Promise<{ name: string; others: number }> {
      return until(
        async () => {
          for (const { name, monitorUrl } of members) {
            const answer = await fetch(`${monitorUrl}/jsz?streams=true`, {
              signal: AbortSignal.timeout(3_000),
            })
            const { account_details: accounts = [] } = (await answer.json()) as Jsz
            const found = accounts
              .flatMap((one) => one.stream_detail ?? [])
              .find((one) => one.name === stream)
            if (!found || (found.cluster?.leader ?? name) !== name) continue
            const others = found.cluster?.replicas?.filter(({ current }) => current) ?? []
            return { name, others: others.length }
          }
          throw new Error('nobody leads it')
        },
        { what: `a leader of ${stream}`, withinMs: 20_000 },
      )
    }
  })
}

interface Jsz {
  readonly account_details?: ReadonlyArray<{
    readonly stream_detail?: ReadonlyArray<{
      readonly name: string
      readonly cluster?: {
        readonly leader?: string
        readonly replicas?: ReadonlyArray<{ readonly current?: boolean }>
      }
    }>
  }>
}

async function notHere(): Promise<never> {
  throw new OperatorError('a cluster of three cannot do that here')
}
