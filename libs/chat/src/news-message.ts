import type { Language, PatientShownAs, SpaceNews } from '@rounds/contracts'
import {
  appointmentsUrl,
  appointmentUrl,
  type ChatMessage,
  label,
  link,
  messageBytes,
  mostBytes,
  paragraph,
} from './message.ts'
import { patientShown } from './patient.ts'
import { inCard, plain, plainInCard } from './plain.ts'
import { words } from './words.ts'

/** One piece of news, as it is known at the moment of posting. There is no place for a diagnosis in it, nor for a reason. */
export interface ChatNews {
  readonly news: SpaceNews
  readonly appointmentId: string
  readonly startsAt: Date
  readonly doctor: string
  readonly department: string
  readonly patient: { readonly name: string; readonly number: string }
}

/** How a space is spoken to, and by which house. */
export interface Voice {
  readonly language: Language
  readonly patientShownAs: PatientShownAs
  readonly publicUrl: string
  readonly hospitalName: string
  /** The hospital's IANA zone. */
  readonly zone: string
}

/** A digest lists no more than this: nobody reads further. */
const mostLines = 40

/** One message for everything there is to tell: a card for one piece of news, a digest for several. Never empty-handed. */
export function newsMessage(all: readonly [ChatNews, ...ChatNews[]], voice: Voice): ChatMessage {
  const [first, ...others] = all
  if (others.length === 0) return cardFor(first, voice)
  for (let lines = Math.min(mostLines, all.length); ; lines = Math.floor(lines / 2)) {
    const message = digestOf(all, lines, voice)
    if (lines === 0 || messageBytes(message) <= mostBytes) return message
  }
}

/** Says that a space works, and who wanted to know. */
export function testMessage(triedBy: string, voice: Omit<Voice, 'patientShownAs'>): ChatMessage {
  const { test, testText, testBy } = words[voice.language]
  const by = `${testBy}: ${plain(triedBy)}`
  return {
    text: `*${test}* · ${by}`,
    cardsV2: [
      {
        cardId: 'test',
        card: {
          header: { title: test, subtitle: plain(voice.hospitalName) },
          sections: [{ widgets: [paragraph(inCard(testText)), label(inCard(testBy), plainInCard(triedBy))] }],
        },
      },
    ],
    fallbackText: `${test} · ${by}`,
  }
}

/** What a space would see of made-up visits. */
export function previewMessage(
  { news, count = 1 }: { news: SpaceNews; count?: number },
  voice: Voice,
): ChatMessage {
  const made = (place: number): ChatNews => ({
    news,
    appointmentId: `example-${place}`,
    startsAt: new Date(Date.UTC(2026, 0, 5, 4, 30) + place * 15 * 60_000),
    doctor: 'Dr. Example',
    department: 'Cardiology',
    patient: { name: 'Example Patient', number: 'P-00000' },
  })
  return newsMessage([made(0), ...Array.from({ length: count - 1 }, (_, place) => made(place + 1))], voice)
}

function cardFor(one: ChatNews, voice: Voice): ChatMessage {
  const { language, publicUrl, hospitalName } = voice
  const say = words[language]
  const title = say.one[one.news]
  const patient = patientShown(voice, one.patient)
  const line = lineOf(one, voice)
  return {
    text: `*${title}* · ${line}`,
    cardsV2: [
      {
        cardId: one.news,
        card: {
          header: { title, subtitle: plain(hospitalName) },
          sections: [
            {
              widgets: [
                label(inCard(say.visit), inCard(momentIn(one.startsAt, voice))),
                label(inCard(say.doctor), plainInCard(one.doctor)),
                label(inCard(say.department), plainInCard(one.department)),
                ...(patient === undefined ? [] : [label(inCard(say.patient), inCard(patient))]),
                link(say.open, appointmentUrl(publicUrl, one.appointmentId)),
              ],
            },
          ],
        },
      },
    ],
    fallbackText: `${title} · ${line}`,
    thread: { threadKey: one.appointmentId },
  }
}

function digestOf(all: readonly ChatNews[], lines: number, voice: Voice): ChatMessage {
  const { language, publicUrl, hospitalName } = voice
  const say = words[language]
  const kinds = Map.groupBy(all, ({ news }) => news)
  const counts = Array.from(kinds, ([news, those]) => say.several[news](those.length)).join(' · ')
  const title = kinds.size === 1 ? counts : say.news(all.length)
  const listed = Array.from(kinds.values()).flat().slice(0, lines)
  const sections = Array.from(
    Map.groupBy(listed, ({ news }) => news),
    ([news, those]) => ({
      header: inCard(say.several[news](kinds.get(news)?.length ?? 0)),
      widgets: [paragraph(those.map((one) => inCard(lineOf(one, voice))).join('<br>'))],
    }),
  )
  const left = all.length - listed.length
  const [one, ...others] = new Set(all.map(({ appointmentId }) => appointmentId))
  const isOfOne = one !== undefined && others.length === 0
  const url = isOfOne ? appointmentUrl(publicUrl, one) : appointmentsUrl(publicUrl)
  return {
    text: `*${title}*${kinds.size === 1 ? '' : ` · ${counts}`}`,
    cardsV2: [
      {
        cardId: 'digest',
        card: {
          header: { title, subtitle: plain(hospitalName) },
          sections: [
            ...sections,
            {
              widgets: [
                ...(left > 0 ? [paragraph(inCard(say.more(left)))] : []),
                link(isOfOne ? say.open : say.openAll, url),
              ],
            },
          ],
        },
      },
    ],
    fallbackText: counts,
    ...(isOfOne ? { thread: { threadKey: one } } : {}),
  }
}

/** `26 Nov, 10:30 am · Dr. Rao · Cardiology · A. R.` */
function lineOf(one: ChatNews, voice: Voice): string {
  const patient = patientShown(voice, one.patient)
  return [
    momentIn(one.startsAt, voice),
    plain(one.doctor),
    plain(one.department),
    ...(patient === undefined ? [] : [patient]),
  ].join(' · ')
}

/** Formatters by language and zone; making one costs a hundred times what using it does. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function momentIn(at: Date, { language, zone }: Pick<Voice, 'language' | 'zone'>): string {
  const key = `${language} ${zone}`
  let formatter = formatters.get(key)
  if (!formatter) {
    // Latin digits in Hindi too, as on appointment slips.
    formatter = new Intl.DateTimeFormat(`${language}-IN-u-nu-latn`, {
      timeZone: zone,
      day: 'numeric',
      month: 'short',
      hour: 'numeric',
      minute: '2-digit',
      hour12: true,
    })
    formatters.set(key, formatter)
  }
  return formatter.format(at).replaceAll(/[\u202f\u00a0]/g, ' ')
}
