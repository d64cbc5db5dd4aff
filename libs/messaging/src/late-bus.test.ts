import type { HospitalEvent } from '@rounds/contracts'
import { OperatorError } from '@rounds/kernel'
import { describe, expect, it } from 'vitest'
import type { Bus } from './bus.ts'
import { deferredBus } from './late-bus.ts'
import { memoryBus } from './memory-bus.ts'

describe('a bus that still connects', () => {
  const event = { type: 'appointment.booked' } as HospitalEvent

  it('refuses to publish, so that the outbox keeps the event', async () => {
    const bus = deferredBus(new Promise<Bus>(() => {}))
    await expect(bus.publish(event)).rejects.toMatchObject({ code: 'BUS_AWAY' })
    await expect(bus.streamState('EVENTS')).rejects.toMatchObject({ code: 'BUS_AWAY' })
  })

  it('can be spoken to and closed like any other', async () => {
    const bus = deferredBus(new Promise<Bus>(() => {}))
    bus.say(event)
    await bus.close()
  })

  it('is the bus itself from then on', async () => {
    const { promise, resolve } = Promise.withResolvers<Bus>()
    const bus = deferredBus(promise)
    resolve(memoryBus())
    await promise

    await expect(bus.streamState('EVENTS')).resolves.toMatchObject({ missing: 0 })
  })

  it('lets a refusal for good end the process, once it runs', async () => {
    const bus = deferredBus(Promise.reject(new OperatorError('NATS refuses the user gateway.')))
    const untold = Promise.withResolvers<unknown>()
    process.once('unhandledRejection', untold.resolve)

    await bus.start()

    expect(await untold.promise).toBeInstanceOf(OperatorError)
  })
})
