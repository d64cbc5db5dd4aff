import type { Audience } from '@rounds/contracts/http'
import type { Formats } from '../../format/formats.ts'
import type { Texts } from '../../texts/texts.ts'

/** "Patients · Cardiology · 1–30 Nov 2026 · हिन्दी". */
export function audienceInWords(
  audience: Audience,
  names: ReadonlyMap<string, string>,
  { audience: texts, languages, reports }: Texts,
  { range }: Formats,
): string {
  if (audience.kind === 'upload') return texts.uploaded
  if (audience.kind === 'failed of') return texts.failedOfShort
  const { role, departmentId, doctorId, from, to, language } = audience
  return [
    texts.roles[role],
    departmentId && (names.get(departmentId) ?? reports.aDepartment),
    doctorId && (names.get(doctorId) ?? reports.aDoctor),
    range({ ...(from && { from }), ...(to && { to }) }),
    language && languages[language],
  ]
    .filter(Boolean)
    .join(' · ')
}
