import { reportCancelled, reportRequested } from '@rounds/contracts'
import { memoryLedger } from '@rounds/ledger'
import { eventMaker } from '@rounds/messaging'
import { describe, expect, it } from 'vitest'
import { acceptExport, callOffExport } from './event-handlers.ts'
import type { ExportInput, ExportOutcome } from './export-work.ts'

describe('a requested report', () => {
  it('is written down by those who will do it', async () => {
    const world = setUp()
    await world.request()
    expect(await world.state()).toBe('waiting')
  })

  it('is heard again when it could not be written down', async () => {
    const world = setUp({ accept: () => Promise.reject(new Error('no primary')) })
    await expect(world.request()).rejects.toThrow('no primary')
  })

  it('is one piece of work, however often it is heard', async () => {
    const world = setUp()
    await world.request()
    await world.finish()
    await world.request()
    expect(await world.state()).toBe('done')
  })

  it('is written down even when no such report exists: the worker says so, and nobody waits for ever', async () => {
    const world = setUp()
    await world.request({ report: 'payroll' })
    expect(await world.state()).toBe('waiting')
  })
})

describe('a cancelled report', () => {
  it('is not begun', async () => {
    const world = setUp()
    await world.request()
    await world.cancel()
    expect(await world.ledger.claimNext()).toBeUndefined()
  })

  it('is not begun when the request comes after its own cancellation', async () => {
    const world = setUp()
    await world.cancel()
    await world.request()
    expect(await world.state()).toBe('cancelled')
    expect(await world.ledger.claimNext()).toBeUndefined()
  })

  it('is stopped where it is being written', async () => {
    const world = setUp()
    await world.request()
    const claim = await world.ledger.claimNext()
    await world.cancel()
    expect(world.calledOff).toEqual(['r1'])
    expect(claim && (await world.ledger.look([claim])).cancelAsked).toEqual(['r1'])
  })

  it('leaves no file when it had just been finished, and says nothing', async () => {
    const world = setUp()
    await world.request()
    await world.finish()
    await world.cancel()
    await world.cancel()
    expect(world.removed).toEqual(['r1.1.csv'])
    expect(await world.state()).toBe('expired')
    expect(world.ledger.said()).toEqual([])
  })
})

function setUp({ accept }: { accept?: () => Promise<never> } = {}) {
  const ledger = memoryLedger<ExportInput, ExportOutcome>()
  const make = eventMaker('gateway')
  const removed: string[] = []
  const calledOff: string[] = []
  const world = { ledger, removed, calledOff, request, cancel, finish, state }
  const deps = {
    ledger,
    artifacts: { remove: async (name: string) => void removed.push(name) },
    workers: {
      accept: accept ?? (async (key: string, input: ExportInput) => void (await ledger.accept(key, input))),
      callOff: (key: string) => void calledOff.push(key),
    },
  }
  const delivery = { attempt: 1, signal: new AbortController().signal }
  return world

  async function request({ report = 'appointments' } = {}) {
    const data = {
      reportId: 'r1',
      report,
      parameters: {},
      flavour: 'standard',
      gzip: false,
      requestedBy: 'p1',
      role: 'admin',
    } as const
    expect(await acceptExport(deps)(make(reportRequested, data), delivery)).toEqual({ kind: 'done' })
  }

  async function cancel() {
    const event = make(reportCancelled, { reportId: 'r1', cancelledBy: 'p1' })
    expect(await callOffExport(deps)(event, delivery)).toEqual({ kind: 'done' })
  }

  async function finish() {
    const claim = await ledger.claimNext()
    const at = new Date(0)
    const outcome = {
      file: 'r1.1.csv',
      rows: 1,
      rowsSkipped: 0,
      bytes: 1,
      sha256: '',
      snapshotTime: at,
      expiresAt: at,
    }
    await claim?.settle({ state: 'done', outcome, says: [] })
  }

  async function state() {
    return (await ledger.read('r1'))?.state
  }
}
