/** Mails a second, by domain; `*` is every other one. */
export type DomainRates = ReadonlyMap<string, number>

/** Reads `example.test=10, *=50`. Undefined when it cannot be read. */
export function readDomainRates(text: string): DomainRates | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const rates = parts.map((part) => /^([a-z0-9.-]+|\*)=(\d+(?:\.\d+)?)$/i.exec(part))
  if (rates.some((rate) => rate === null || Number(rate[2]) <= 0)) return undefined
  return new Map(rates.map((rate) => [rate?.[1]?.toLowerCase() ?? '', Number(rate?.[2])]))
}

/**
 * Spreads mail to one domain over time, in this process. Answers how long the next one has to wait; what would wait longer than
 * `atMostMs` gets no turn, and asks again later.
 */
export function domainPace(
  rates: DomainRates,
  { atMostMs = 1_000, now = Date.now } = {},
): (domain: string) => number {
  const freeAt = new Map<string, number>()
  return (domain) => {
    const rate = rates.get(domain) ?? rates.get('*')
    if (rate === undefined) return 0
    const at = Math.max(now(), freeAt.get(domain) ?? 0)
    const waitMs = at - now()
    if (waitMs <= atMostMs) freeAt.set(domain, at + 1_000 / rate)
    // Domains without mail for a while need no memory.
    if (freeAt.size > 10_000) for (const [known, free] of freeAt) if (free < now()) freeAt.delete(known)
    return waitMs
  }
}
