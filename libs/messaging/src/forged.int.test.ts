import {
  appointmentChecked,
  busMembers,
  type ConsumerDeclaration,
  chatNotifierAppointmentsConsumer,
  chatNotifierSpacesConsumer,
  type EventContract,
  type EventOf,
  gatewayJobsConsumer,
  mailerMailConsumer,
  reportCompleted,
  reportStarted,
  reportsExportsConsumer,
  type ServiceName,
  sampleOf,
  schedulerSchedulesConsumer,
  subjectOf,
} from '@rounds/contracts'
import { silent } from '@rounds/kernel'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestBroker, testBroker } from '../test/test-broker.ts'
import { eventMaker } from './event-maker.ts'
import { jetstreamBus } from './jetstream-bus.ts'
import { natsHeaders } from './nats-parcel.ts'
import { done } from './outcome.ts'
import { packed } from './parcel.ts'
import { provision } from './provision.ts'
import { hears, subscription } from './subscription.ts'

/** What each service may ask of the broker, and somebody else's event as which it has the answer stored. */
const forgeries: ReadonlyArray<
  readonly [service: ServiceName, asksAbout: ConsumerDeclaration, as: EventContract]
> = [
  ['reports', reportsExportsConsumer, appointmentChecked],
  ['mailer', mailerMailConsumer, appointmentChecked],
  ['chat-notifier', chatNotifierSpacesConsumer, appointmentChecked],
  ['scheduler', schedulerSchedulesConsumer, appointmentChecked],
  ['gateway', gatewayJobsConsumer, reportCompleted],
]

describe('what a service had the broker store where it may not publish', () => {
  let broker: TestBroker
  const handled: string[] = []
  beforeAll(async () => {
    broker = await testBroker()
    await provision(await broker.as('provisioner'))
    await handlesAll(chatNotifierAppointmentsConsumer)
    await handlesAll(gatewayJobsConsumer)
  })
  afterAll(() => broker.stop())

  it('is tried for every service', () => {
    expect(forgeries.map(([service]) => service).toSorted()).toEqual(Object.keys(busMembers).toSorted())
  })

  it.each(forgeries)(
    'becomes a dead letter: %s asks, with a foreign subject for the reply',
    async (...forgery) => {
      const [service, { stream, durable }, { type }] = forgery
      const forger = await broker.as(service)
      const before = handled.length

      forger.publish(`$JS.API.CONSUMER.INFO.${stream}.${durable}`, '', { reply: subjectOf(type) })

      const letter = await letterWith((body) => body.includes(`"name":"${durable}"`))
      expect(letter.headers).toMatchObject({
        'rounds-dead-subject': subjectOf(type),
        'rounds-dead-reason': 'not an event of ours: /specversion is not 1.0',
      })
      expect(handled.slice(before)).toEqual([])
    },
  )

  it.each([
    [
      'as another type, on a subject of its own',
      reportCompleted,
      'reports',
      'type does not travel on this subject',
    ],
    ['in the name of another', reportStarted, 'mailer', 'source does not publish this type'],
  ] as const)('becomes a dead letter: published %s', async (_, contract, source, fault) => {
    const { headers, body } = packed(sample(contract, source))
    const subject = subjectOf(reportStarted.type)
    const forger = await broker.as('reports')

    await forger.request(subject, body, { headers: natsHeaders({ subject, headers, body }), timeout: 5_000 })

    const letter = await letterWith((_body, { 'ce-id': id }) => id === headers['ce-id'])
    expect(letter.headers).toMatchObject({
      'rounds-dead-reason': `not an event of ours: /${fault}`,
      'rounds-dead-producer': '/rounds/gateway',
    })
    expect(handled).not.toContain(headers['ce-id'])
  })

  const sample = <Contract extends EventContract>(contract: Contract, service: ServiceName) =>
    eventMaker(service)(contract, sampleOf(contract.data) as EventOf<Contract>['data'])

  async function handlesAll(consumer: ConsumerDeclaration) {
    const bus = jetstreamBus(await broker.as(consumer.service), { log: silent })
    const each = consumer.hears.map((contract) =>
      hears(contract, async ({ id }) => {
        handled.push(id)
        return done
      }),
    )
    await bus.subscribe(subscription(consumer, 1, ...each))
  }

  const letterWith = (is: (body: string, headers: Readonly<Record<string, string>>) => boolean) =>
    vi.waitFor(
      async () => {
        const letters = await broker.keptIn('DEAD_LETTERS')
        const found = letters.find(({ body, headers }) => is(Buffer.from(body).toString(), headers))
        if (!found) throw new Error('no dead letter yet')
        return found
      },
      { timeout: 10_000 },
    )
})
