import { describe, expect, it, vi } from 'vitest'
import { memoryLedger } from './memory-ledger.ts'
import { sweeper } from './sweeper.ts'

describe('the sweeper', () => {
  it('returns what a dead worker held, rings, and survives a failing database', async () => {
    const ledger = memoryLedger<string, string>({ leaseMs: 0 })
    await ledger.accept('a', 'input')
    await ledger.claim('a')
    const onReturned = vi.fn()
    const sweep = vi.fn(ledger.sweep).mockRejectedValueOnce(new Error('no primary'))
    const log = { debug() {}, info() {}, warn: vi.fn(), error() {} }

    const sweeping = sweeper({ sweep }, { name: 'sweep', everyMs: 5, log, onReturned })
    await sweeping.start()
    await vi.waitFor(() => expect(onReturned).toHaveBeenCalledTimes(1))
    await sweeping.stop()
    await sweeping.stop()

    expect((await ledger.read('a'))?.state).toBe('waiting')
    expect(log.warn.mock.calls.map(([, message]) => message)).toEqual([
      'fails, and goes on trying',
      'leases ran out',
    ])
  })
})
