import type { SpaceDocument, SpaceNews, SpaceRule } from '@rounds/contracts'

/** What happened, and whose it is: all that routing looks at. */
export interface Happening {
  readonly news: SpaceNews
  readonly patientId: string
  readonly doctorId: string
  readonly departmentId: string
}

export type RoutedSpace = Pick<SpaceDocument, 'rules' | 'active' | 'removedAt'>

/** The spaces that hear of this. One that is switched off or removed hears nothing. */
export function spacesHearing<Space extends RoutedSpace>(
  spaces: Iterable<Space>,
  happening: Happening,
): Space[] {
  return Array.from(spaces).filter((space) => hears(space, happening))
}

/** Whether one of its rules fits. A space without rules hears nothing, rather than everything. */
export function hears({ rules, active, removedAt }: RoutedSpace, happening: Happening): boolean {
  return active && removedAt === undefined && rules.some((rule) => fits(rule, happening))
}

/** All given parts have to fit. */
const fits = (rule: SpaceRule, happening: Happening) =>
  rule.news.includes(happening.news) &&
  fitsPart(rule.departmentId, happening.departmentId) &&
  fitsPart(rule.doctorId, happening.doctorId) &&
  fitsPart(rule.patientId, happening.patientId)

const fitsPart = (wanted: string | undefined, is: string) => wanted === undefined || wanted === is
