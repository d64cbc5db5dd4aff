import type { DeliveryInput, DeliveryOutcome } from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { aReminder } from '../../test/wanted.ts'
import { type Doubt, resolveInDoubt } from './settle-doubts.ts'

const input: DeliveryInput = { ...aReminder, purpose: 'care', templateVersion: 1 }
const make = eventMaker('mailer')

describe('a mail whose sender vanished', () => {
  it('goes once more where missing is worse than twice', async () => {
    const world = await inDoubt('resend')
    await world.settle()
    expect(await world.ledger.claim('d1')).toMatchObject({ attempt: 2, interruptions: 1 })
  })

  it('waits for a person when it vanished again', async () => {
    const world = await inDoubt('resend')
    await world.settle()
    await world.crash()
    await world.settle()
    expect((await world.ledger.read('d1'))?.outcome).toMatchObject({ kind: 'in doubt', code: 'BROKE_OFF' })
    expect(world.said()).toEqual(['mail.doubted'])
  })

  it('waits for a person at once where twice is worse', async () => {
    const world = await inDoubt('hold')
    await world.settle()
    expect(await world.ledger.read('d1')).toMatchObject({ state: 'in doubt', outcome: { code: 'BROKE_OFF' } })
  })

  it('does not go again when it was called off meanwhile', async () => {
    const world = await inDoubt('resend', { cancelAsked: true })
    await world.settle()
    expect(await world.ledger.read('d1')).toMatchObject({ state: 'in doubt', outcome: { code: 'BROKE_OFF' } })
  })

  it('is decided about once, whoever looks and however often', async () => {
    const world = await inDoubt('hold')
    await Promise.all([world.settle(), world.settle(), world.settle()])
    expect(world.said()).toEqual(['mail.doubted'])
  })
})

async function inDoubt(policy: 'resend' | 'hold', said: Partial<Doubt> = {}) {
  let now = 0
  const ledger = memoryLedger<DeliveryInput, DeliveryOutcome>({ now: () => now, repeating: 'doubtful' })
  await ledger.accept('d1', input)
  let interruptions = 0
  const crash = async () => {
    await (await ledger.claim('d1'))?.intend()
    now += 60_000
    await ledger.sweep()
    interruptions += 1
  }
  await crash()
  const undecided = async (): Promise<Doubt[]> => {
    const work = await ledger.read('d1')
    if (work?.state !== 'in doubt' || work.outcome?.code) return []
    return [{ key: 'd1', input, interruptions, cancelAsked: false, ...said }]
  }
  return {
    ledger,
    crash,
    settle: resolveInDoubt({ ledger, undecided, inDoubt: () => policy, make }),
    said: () => ledger.said().map(({ type }) => type),
  }
}
