import { Temporal } from 'temporal-polyfill'

/** A zone as Temporal reads it, spelled as IANA does; or what is wrong with it, and which names may have been meant. */
export type ReadZone =
  | { readonly zone: string; readonly fault?: never }
  | { readonly zone?: never; readonly fault: string }

const longest = 64

/**
 * Reads the name of a time zone. Temporal decides, because it computes every occurrence later: `Intl` knows abbreviations
 * such as `IST` that Temporal throws at. Bare offsets are refused: they know no summer time.
 */
export function readZone(name: string): ReadZone {
  if (name.length <= longest && /^[A-Za-z]/.test(name)) {
    try {
      return { zone: Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId }
    } catch {
      // No zone: what may have been meant is said below.
    }
  }
  const meant = zonesMeantBy(name)
  const hint = meant.length === 0 ? ' such as Asia/Kolkata' : `. Did you mean ${meant.join(' or ')}?`
  return { fault: `is not an IANA zone${hint}` }
}

/** Whether a name is a zone that schedules can run in. */
export const isTimeZone = (name: string): boolean => readZone(name).zone !== undefined

/** What people write for a zone: its abbreviation, its Windows name, its offset. Several where the abbreviation stands for several. */
const meanings: Readonly<Record<string, readonly string[]>> = {
  ist: ['Asia/Kolkata'],
  india: ['Asia/Kolkata'],
  'india standard time': ['Asia/Kolkata'],
  'indian standard time': ['Asia/Kolkata'],
  '+05:30': ['Asia/Kolkata'],
  mumbai: ['Asia/Kolkata'],
  delhi: ['Asia/Kolkata'],
  'new delhi': ['Asia/Kolkata'],
  chennai: ['Asia/Kolkata'],
  bengaluru: ['Asia/Kolkata'],
  npt: ['Asia/Kathmandu'],
  '+05:45': ['Asia/Kathmandu'],
  pkt: ['Asia/Karachi'],
  jst: ['Asia/Tokyo'],
  sgt: ['Asia/Singapore'],
  gst: ['Asia/Dubai'],
  cet: ['Europe/Paris'],
  cest: ['Europe/Paris'],
  bst: ['Europe/London', 'Asia/Dhaka'],
  cst: ['America/Chicago', 'Asia/Shanghai'],
  cdt: ['America/Chicago'],
  edt: ['America/New_York'],
  pst: ['America/Los_Angeles', 'Asia/Manila'],
  pdt: ['America/Los_Angeles'],
  mdt: ['America/Denver'],
  ast: ['America/Halifax', 'Asia/Riyadh'],
  eat: ['Africa/Nairobi'],
  cat: ['Africa/Maputo'],
  aest: ['Australia/Sydney'],
  nzst: ['Pacific/Auckland'],
}

/** IANA names that a text may stand for: a known abbreviation, or the city alone. */
function zonesMeantBy(text: string): readonly string[] {
  if (text.length > longest) return []
  const written = text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const offset = /^(?:utc|gmt)? ?\+ ?0?5:?(30|45)$/.exec(written)?.[1]
  const known = meanings[offset ? `+05:${offset}` : written]
  if (known) return known
  const city = written.replaceAll(' ', '_')
  if (city === '') return []
  return Intl.supportedValuesOf('timeZone').flatMap((listed) => {
    const names = [listed, todaysNames[listed] ?? listed]
    const isMeant = names
      .flatMap((name) => [name, name.split('/').at(-1)])
      .some((one) => one?.toLowerCase() === city)
    return isMeant ? (names[1] ?? []) : []
  })
}

/** What V8 still lists under its former name. */
const todaysNames: Readonly<Record<string, string>> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv',
}
