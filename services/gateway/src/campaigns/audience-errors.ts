import type { Audience } from '@rounds/contracts'
import type { Fault } from '../http/index.ts'

/** What has to be looked up about an audience. */
export interface AudienceSubjects {
  departmentExists(departmentId: string): Promise<boolean>
  doctorExists(doctorId: string): Promise<boolean>
  /** Whether this campaign was sent off once. */
  campaignWasSent(campaignId: string): Promise<boolean>
}

/** Why nobody could be meant by this audience. Who is in it is counted later. */
export async function audienceFaults(audience: Audience, subjects: AudienceSubjects): Promise<Fault[]> {
  if (audience.kind === 'upload') return []
  if (audience.kind === 'failed of') {
    const known = await subjects.campaignWasSent(audience.campaignId)
    return known ? [] : [{ pointer: '/audience/campaignId', detail: 'is no campaign that was sent' }]
  }
  const { role, departmentId, doctorId, from, to } = audience
  const visits = { doctorId, from, to }
  const strange = Object.entries(visits).flatMap(([field, value]) =>
    role === 'doctor' && value !== undefined
      ? [{ pointer: `/audience/${field}`, detail: 'narrows patients only' }]
      : [],
  )
  const period =
    from !== undefined && to !== undefined && to < from
      ? [{ pointer: '/audience/to', detail: 'ends before it begins' }]
      : []
  const [department, doctor] = await Promise.all([
    departmentId === undefined || subjects.departmentExists(departmentId),
    doctorId === undefined || subjects.doctorExists(doctorId),
  ])
  return [
    ...strange,
    ...period,
    ...(department ? [] : [{ pointer: '/audience/departmentId', detail: 'is not known' }]),
    ...(doctor ? [] : [{ pointer: '/audience/doctorId', detail: 'is not known' }]),
  ]
}
