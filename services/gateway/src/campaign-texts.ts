import type { CampaignTexts } from '@rounds/contracts'
import { lintAnnouncement } from '@rounds/mail'
import type { Fault } from './problem-error.ts'

/** What is wrong with the texts of a campaign or a mail before it may go to anybody. `columns` are those of an uploaded list. */
export function textFaults(texts: CampaignTexts | undefined, columns?: readonly string[]): Fault[] {
  if (!texts) return [{ pointer: '/texts', detail: 'is missing' }]
  return Object.entries(texts).flatMap(([language, text]) =>
    lintAnnouncement(text, columns).map(({ pointer, line, detail }) => ({
      pointer: `/texts/${language}${pointer}`,
      detail: line > 1 ? `line ${line}: ${detail}` : detail,
    })),
  )
}
