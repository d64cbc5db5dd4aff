/** Formatters by language, zone and shape; making one costs a hundred times what using it does. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(language: string, timeZone: string, shape: Shape): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${shape}`
  const kept = formatters.get(key)
  if (kept) return kept
  // Latin digits in Hindi too, as on appointment slips.
  const made = new Intl.DateTimeFormat(`${language}-IN-u-nu-latn`, { timeZone, ...shapes[shape] })
  // Languages × zones of the world × shapes stay below this; whatever is above is somebody's nonsense.
  if (formatters.size < 4_000) formatters.set(key, made)
  return made
}

const shapes = {
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit', hour12: true },
  month: { month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

type Shape = keyof typeof shapes

/** `Thursday, 26 November 2026`. Takes an instant, or a calendar day, which is the same day in every zone. */
export const dayIn = (value: string, language: string, zone: string) => write('day', value, language, zone)

/** `10:30 am` */
export const timeIn = (value: string, language: string, zone: string) => write('time', value, language, zone)

/** `November 2026` */
export const monthIn = (value: string, language: string, zone: string) =>
  write('month', value, language, zone)

function write(shape: Shape, value: string, language: string, zone: string): string {
  const calendarDay = value.length === 'YYYY-MM-DD'.length
  const text = formatter(language, calendarDay ? 'UTC' : zone, shape).format(new Date(value))
  // The narrow space that some versions of ICU put before am and pm is a box in older mail programs.
  return text.replaceAll(/[\u202f\u00a0]/g, ' ')
}
