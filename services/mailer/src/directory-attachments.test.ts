import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usualConsent } from '@rounds/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directoryAttachments } from './directory-attachments.ts'
import type { SendingFacts } from './mail-facts.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rounds-attachments-'))
  await writeFile(join(dir, 'report-1.csv'), 'a,b\r\n1,2\r\n')
})
afterAll(() => rm(dir, { recursive: true }))

describe('a finished report', () => {
  it('is attached under the name that people know', async () => {
    expect(await attached({})).toEqual([
      { fileName: 'appointments.csv', content: Buffer.from('a,b\r\n1,2\r\n') },
    ])
  })

  it.each([
    ['that was to be a link', { as: 'link' as const }],
    ['that is larger than may be attached', { bytes: 101 }],
  ])('%s is not', async (_, what) => {
    expect(await attached(what)).toEqual([])
  })

  it.each([
    ['whose file is gone', { name: 'report-2.csv' }],
    ['whose name is a path', { name: '../report-1.csv' }],
    ['that has no end yet', { isFinished: false }],
  ])('%s is a fault of its mail, and no mail without it', async (_, what) => {
    expect(await attached(what)).toBe('ATTACHMENT_GONE')
  })

  it('is never attached when it is clinical, also where that was asked for before', async () => {
    expect(await attached({ isClinical: true })).toBe('CLINICAL_FILE')
    expect(await attached({ isClinical: true, as: 'link' })).toEqual([])
  })

  it('cannot be attached where nobody said in which directory files stand, and links still leave', async () => {
    const nowhere = directoryAttachments(undefined, 100)
    expect(await nowhere(facts({}))).toBe('NO_ARTIFACTS_DIR')
    expect(await nowhere(facts({ as: 'link' }))).toEqual([])
  })
})

interface Said {
  readonly as?: 'link' | 'attachment'
  readonly name?: string
  readonly bytes?: number
  readonly isClinical?: boolean
  readonly isFinished?: boolean
}

const attached = (what: Said) => directoryAttachments(dir, 100)(facts(what))

const facts = ({ as = 'attachment', name = 'report-1.csv', bytes = 12, isClinical = false, ...said }: Said) =>
  ({
    consent: usualConsent,
    recentlySent: [],
    report: { jobId: 'report-1', as, fileName: 'appointments.csv', title: 'Appointments' },
    ...(said.isFinished === false ? {} : { file: { name, bytes, expiresAt: new Date(), isClinical } }),
  }) satisfies SendingFacts
