import type { CampaignTexts } from '@rounds/contracts'
import { lintAnnouncement } from '@rounds/mail'
import type { Fault } from './problem-error.ts'

/** What is wrong with the texts of a campaign or a mail before it may go to anybody. */
export function textFaults(texts: CampaignTexts | undefined): Fault[] {
  if (!texts) return [{ pointer: '/texts', detail: 'is missing' }]
  return Object.entries(texts).flatMap(([language, text]) =>
    lintAnnouncement(text).map(({ pointer, line, detail }) => ({
      pointer: `/texts/${language}${pointer}`,
      detail: line > 1 ? `line ${line}: ${detail}` : detail,
    })),
  )
}
