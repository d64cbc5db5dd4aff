import type { Texts } from '../../texts/texts.ts'
import type { ReportParameter } from './report-queries.ts'

/** A parameter that is one of a list, in words, as a `Select` takes it. Nothing for any other parameter. */
export function parameterOptions(name: string, { anyOf, description }: ReportParameter, texts: Texts) {
  if (!anyOf) return undefined
  const { label, usual, words } = wordsFor(name, texts)
  return {
    label: label ?? description ?? name,
    placeholder: usual,
    data: anyOf.map(({ const: value }) => ({ value, label: words[value] ?? value })),
  }
}

interface Words {
  readonly label?: string
  /** What holds when nothing is chosen. */
  readonly usual: string
  readonly words: Readonly<Record<string, string>>
}

/** A list that no words are known for yet is shown as the report declares it. */
function wordsFor(name: string, { newReport: texts, appointmentStatus, deliveryState }: Texts): Words {
  switch (name) {
    case 'status':
      return { label: texts.status, usual: texts.any, words: appointmentStatus }
    case 'outcome':
      return { label: texts.outcome, usual: texts.any, words: deliveryState }
    case 'by':
      return { label: texts.by, usual: texts.periods.month, words: texts.periods }
    default:
      return { usual: texts.any, words: {} }
  }
}
