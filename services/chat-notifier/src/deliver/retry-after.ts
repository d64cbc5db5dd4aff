/**
 * What a Retry-After header asks for: seconds, or an HTTP date, which counts from the answer's own Date where there is one, since
 * the other side's clock need not be ours. Nothing when it says neither.
 */
export function retryAfterMs(
  header: string | undefined,
  date: string | undefined,
  now: Date,
): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  // Only the form that is in use: `Date.parse` makes something of nearly everything.
  const until = httpDate(text)
  if (until === undefined) return undefined
  return Math.max(0, until - (httpDate(date?.trim() ?? '') ?? now.getTime()))
}

function httpDate(text: string): number | undefined {
  if (!/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}
