import { createHash } from 'node:crypto'
import type { ReportRequest } from '@rounds/contracts/http'
import { expectedFile } from '../e2e/mongo-oracle.ts'
import type { Content } from './checker.ts'
import { rowsOf } from './rows-of.ts'

/** A report that may be asked for, and what its file has to be, to the last byte. */
export interface Wish {
  readonly name: string
  readonly request: ReportRequest
  readonly right: Content
}

const requests: readonly ReportRequest[] = [
  ...Array.from({ length: 12 }, (_, index) => ({
    report: 'treatment-history',
    parameters: { patientId: `patient-${index + 2}` },
  })),
  ...Array.from({ length: 6 }, (_, index) => ({
    report: 'appointments',
    parameters: { doctorId: `doctor-${index + 2}` },
  })),
  { report: 'appointments', parameters: { status: 'missed' } },
  { report: 'appointments', parameters: { status: 'cancelled' } },
]

/** Small real reports, each with the oracle's hash. The documents they read do not change while faults are injected. */
export async function wishesOf(mongoUrl: string, personId: string): Promise<readonly Wish[]> {
  const wishes: Wish[] = []
  for (const request of requests) {
    const asked = { parameters: {}, ...request, role: 'admin' as const, requestedBy: personId }
    const file = await expectedFile(mongoUrl, asked)
    const right = { sha256: createHash('sha256').update(file).digest('hex'), rows: rowsOf(file) }
    wishes.push({
      name: `${request.report} ${Object.values(request.parameters ?? {}).join()}`,
      request,
      right,
    })
  }
  return wishes
}
