const weekday = new Intl.DateTimeFormat('en-IN', { weekday: 'short', timeZone: 'UTC' })

/** `2026-11-29T07:30:00+05:30` as the clock on the wall shows it: `Sun 2026-11-29 07:30 +05:30`. */
export function localOf(local: string): string {
  const [, day = '', time = '', offset = ''] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:\d{2})?/.exec(local) ?? []
  if (!day) return local
  return `${weekday.format(new Date(`${day}T12:00:00Z`))} ${day} ${time} ${offset}`.trim()
}

export const utcOf = (at: string): string => at.slice(0, 16).replace('T', ' ')
