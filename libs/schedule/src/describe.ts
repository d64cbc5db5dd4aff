import cronstrue from 'cronstrue'
import type { Cron } from './expression.ts'

/** An entry in words. English for every entry; Hindi for those that the page's own form makes, else English too. */
export function describe(cron: Cron, language: 'en' | 'hi' = 'en'): { text: string; language: 'en' | 'hi' } {
  const hindi = language === 'hi' ? inHindi(cron) : undefined
  return hindi ? { text: hindi, language: 'hi' } : { text: inEnglish(cron), language: 'en' }
}

function inEnglish(cron: Cron): string {
  // `logicalAndDayFields`, because day and weekday must both fit: "on day 13 of the month, only on Friday".
  return cronstrue.toString(cron.text, { use24HourTimeFormat: true, logicalAndDayFields: true })
}

const weekdaysInHindi = ['रविवार', 'सोमवार', 'मंगलवार', 'बुधवार', 'गुरुवार', 'शुक्रवार', 'शनिवार']

/** The patterns of the form: each in words of its own, since Hindi does not follow from the fields one by one. */
function inHindi(cron: Cron): string | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.text.split(' ')
  if (month !== '*') return undefined
  const everyDay = day === '*' && weekday === '*'
  const [, step] = /^\*\/(\d+)$/.exec(minute) ?? []
  if (everyDay && hour === '*' && minute === '*') return 'हर मिनट'
  if (everyDay && hour === '*' && step) return `हर ${step} मिनट पर`
  if (!isNumber(minute)) return undefined
  if (everyDay && hour === '*') return `हर घंटे, ${minute} मिनट पर`
  if (!isNumber(hour)) return undefined

  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')} बजे`
  if (everyDay) return `रोज़ ${time}`
  if (day === '*' && weekday === '1-5') return `सोमवार से शुक्रवार, ${time}`
  if (day === '*' && /^[0-7](,[0-7])*$/.test(weekday)) return `हर ${namesOf(weekday)}, ${time}`
  if (weekday === '*' && isNumber(day)) return `हर महीने की ${day} तारीख़ को ${time}`
  if (weekday === '*' && day === 'L') return `हर महीने के आख़िरी दिन ${time}`
  return undefined
}

const isNumber = (text: string) => /^\d+$/.test(text)

function namesOf(weekdays: string): string {
  const names = weekdays.split(',').map((number) => weekdaysInHindi[Number(number) % 7])
  return new Intl.ListFormat('hi', { type: 'conjunction' }).format(names.filter((name) => name !== undefined))
}
