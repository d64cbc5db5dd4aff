import type { ReportRequest, ScheduleDocument } from '@rounds/contracts'
import { daysOf, periods } from '@rounds/schedule'
import type { Fault, Principal } from '../http/index.ts'
import type { Wish } from './job.ts'

type Owner = Pick<Principal, 'personId' | 'name' | 'role'>

export interface ScheduledReportDeps {
  /** Decides as if this admin had asked at the door. */
  readonly decide: (
    request: ReportRequest,
    asker: { readonly personId: string; readonly role: 'admin' },
  ) => Promise<{ readonly wish: Wish } | { readonly faults: readonly Fault[] }>
  readonly personById: (personId: string) => Promise<Owner | undefined>
}

export type ScheduledReport = (
  schedule: Pick<ScheduleDocument, 'parameters' | 'zone'>,
  owner: string,
  seenFrom: Date,
) => Promise<
  | { readonly wish: Wish; readonly owner: Owner; readonly recipients: readonly string[] }
  | { readonly faults: readonly Fault[] }
>

/**
 * The report that a schedule asks for in its owner's name, as seen from one instant; or why there is none. Owner and
 * recipients are admins, today: the columns of a file follow from the role it was asked in.
 */
export function scheduledReport({ decide, personById }: ScheduledReportDeps): ScheduledReport {
  return async (
    { parameters: { report = '', parameters = {}, recipients = [] }, zone },
    ownerId,
    seenFrom,
  ) => {
    const owner = await personById(ownerId)
    if (owner?.role !== 'admin') return fault('/parameters/report', 'its owner may not ask for it any more')
    const strangers = await strangersAmong(recipients)
    if (strangers.length > 0) return { faults: strangers }
    const dated = datedParameters(parameters, seenFrom, zone)
    if (!dated) return fault('/parameters/parameters/period', `must be one of ${periods.join(', ')}`)

    const decision = await decide({ report, parameters: dated }, { personId: ownerId, role: 'admin' })
    if ('faults' in decision) {
      return { faults: decision.faults.map((one) => ({ ...one, pointer: `/parameters${one.pointer}` })) }
    }
    return { wish: decision.wish, owner, recipients }
  }

  async function strangersAmong(recipients: readonly string[]): Promise<Fault[]> {
    const found = await Promise.all(recipients.map(personById))
    return found.flatMap((person, index) =>
      person?.role === 'admin'
        ? []
        : [{ pointer: `/parameters/recipients/${index}`, detail: 'is nobody who may see this report' }],
    )
  }
}

const fault = (pointer: string, detail: string) => ({ faults: [{ pointer, detail }] })

/** With `period` written out as days; nothing when it is none that is known. */
function datedParameters(
  { period, ...parameters }: Readonly<Record<string, string>>,
  seenFrom: Date,
  zone: string,
): Record<string, string> | undefined {
  if (period === undefined) return parameters
  const known = periods.find((one) => one === period)
  return known && { ...parameters, ...daysOf(known, seenFrom, zone) }
}
