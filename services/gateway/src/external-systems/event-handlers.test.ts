import { type EventResult, gatewaySystemConsumer, type SystemDocument } from '@rounds/contracts'
import { describe, expect, it } from 'vitest'
import { type Arrival, ContendedError } from './accept-event.ts'
import { intakeHeard } from './event-handlers.ts'
import { EventTurns } from './event-rate.ts'

describe('what another system publishes', () => {
  it('is taken as said when the broker stored it, under the name that the broker wrote', async () => {
    const { hear, arrivals, answers } = setUp()
    const storedAt = new Date('2026-02-01T12:00:00Z')

    expect(await hear({ storedAt })).toEqual({ kind: 'done' })

    expect(arrivals).toEqual([
      expect.objectContaining({
        door: 'nats',
        at: storedAt,
        system: lis,
        said: expect.objectContaining({ id: 'one' }),
      }),
    ])
    expect(answers).toEqual([['ext.lis.answers.accepted', { id: 'one', result: 'accepted' }]])
  })

  it('is answered to the system when it is not taken, and is done with all the same', async () => {
    const { hear, answers } = setUp({ result: { id: 'one', result: 'rejected', code: 'TIME_AHEAD' } })

    expect(await hear()).toEqual({ kind: 'done' })

    expect(answers).toEqual([
      ['ext.lis.answers.rejected', { id: 'one', result: 'rejected', code: 'TIME_AHEAD' }],
    ])
  })

  it('is taken as what it is when it is no event at all', async () => {
    const { hear, arrivals } = setUp()

    await hear({ body: Buffer.from([0xff]) })

    expect(arrivals[0]?.said).toMatchObject({ code: 'NOT_AN_EVENT' })
    expect(Buffer.from(arrivals[0]?.raw ?? []).toString('latin1')).toContain('ce-id: one\n')
  })

  it('is refused where it says another type than its subject, and named all the same', async () => {
    const { hear, arrivals } = setUp()

    await hear({ subject: 'ext.lis.events.appointment.booked' })

    expect(arrivals[0]).toMatchObject({
      said: { code: 'TYPE_NOT_YOURS' },
      named: { id: 'one', source: '/lis' },
    })
  })

  it('is refused where its id holds a control character, which is kept nowhere but in the raw message', async () => {
    const { hear, arrivals } = setUp()

    await hear({ headers: { ...event.headers, 'ce-id': 'on%00e' } })

    expect(arrivals[0]).toMatchObject({
      said: { code: 'NOT_AN_EVENT', faults: [expect.stringContaining('/id has U+0000 (NUL)')] },
    })
    expect(arrivals[0]?.named).toEqual({ source: '/lis' })
  })

  it('waits while nobody let the system in here', async () => {
    const { hear, arrivals } = setUp({ system: undefined })

    expect(await hear()).toMatchObject({ kind: 'retry' })
    expect(arrivals).toEqual([])
  })

  it('is kept aside for a person when it fails again and again, and never becomes a dead letter', async () => {
    const { hear, arrivals, answers } = setUp({ fails: new TypeError('x is undefined') })

    await expect(hear({ attempt: 7 })).rejects.toThrow(TypeError)
    expect(await hear({ attempt: 8 })).toEqual({ kind: 'done' })

    expect(arrivals.at(-1)?.said).toMatchObject({ code: 'NOT_HANDLED' })
    expect(answers).toEqual([['ext.lis.answers.rejected', expect.objectContaining({ code: 'NOT_HANDLED' })]])
    expect(gatewaySystemConsumer('lis')).toMatchObject({ patience: Number.MAX_SAFE_INTEGER, maxDeliver: -1 })
  })

  it('is taken, however often it was tried while it could not be written', async () => {
    const { hear, arrivals, answers } = setUp()

    expect(await hear({ attempt: 800 })).toEqual({ kind: 'done' })

    expect(arrivals.map(({ said }) => said)).toEqual([expect.objectContaining({ id: 'one' })])
    expect(answers).toEqual([['ext.lis.answers.accepted', expect.anything()]])
  })

  it.each([
    ['the database refuses', new Error('disk full')],
    ['too many change one appointment', new ContendedError()],
  ])('is never kept aside because %s', async (_why, fails) => {
    const { hear, arrivals, answers } = setUp({ fails })

    await expect(hear({ attempt: 800 })).rejects.toBe(fails)

    expect(arrivals).toHaveLength(1)
    expect(answers).toEqual([])
  })
})

const lis: SystemDocument = {
  _id: 'lis',
  name: 'Laboratory',
  types: ['appointment.checked'],
  sources: ['/lis'],
  tokenHash: 'hash',
  createdAt: new Date(0),
  createdBy: 'asha',
}

const event = {
  headers: {
    'ce-specversion': '1.0',
    'ce-id': 'one',
    'ce-source': '/lis',
    'ce-type': 'appointment.checked',
    'ce-time': '2026-02-01T11:00:00Z',
  },
  body: Buffer.from(
    JSON.stringify({
      appointmentNumber: 'A-1',
      patientNumber: 'P-ada',
      doctorNumber: 'D-rao',
      startsAt: '2026-02-01T09:00:00Z',
      minutes: 15,
    }),
  ),
}

interface Setting {
  readonly result?: EventResult
  readonly system?: SystemDocument | undefined
  /** What taking the event throws; a rejection is taken all the same. */
  readonly fails?: Error
}

function setUp(setting: Setting = {}) {
  const { result = { id: 'one', result: 'accepted' }, fails } = setting
  const arrivals: Arrival[] = []
  const answers: [string, object][] = []
  const { raw } = intakeHeard('lis', {
    take: async (arrival) => {
      arrivals.push(arrival)
      const { said } = arrival
      if (!fails) return result
      if ('code' in said) return { id: 'one', result: 'rejected', code: said.code }
      throw fails
    },
    systemBy: async () => ('system' in setting ? setting.system : lis),
    isDatabaseError: (error) => error instanceof Error && error.message === 'disk full',
    bus: { answer: (subject, body) => void answers.push([subject, body]) },
    turns: new EventTurns(600_000),
  })
  if (!raw) throw new Error('it takes what others wrote')
  return {
    arrivals,
    answers,
    hear: ({
      headers = event.headers,
      body = event.body,
      attempt = 1,
      storedAt = new Date(),
      subject = 'ext.lis.events.appointment.checked',
    } = {}) => raw({ subject, headers, body }, { attempt, storedAt, signal: AbortSignal.timeout(10_000) }),
  }
}
