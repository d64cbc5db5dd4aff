/** Whether a subject is one that a pattern means; at its end `*` stands for one token and `>` for the rest, as NATS reads them. */
export function isMeantBy(patterns: Iterable<string>, subject: string): boolean {
  for (const pattern of patterns) {
    if (pattern === subject) return true
    if (
      pattern.endsWith('.>') &&
      subject.startsWith(pattern.slice(0, -1)) &&
      subject.length >= pattern.length
    )
      return true
    if (!pattern.endsWith('.*')) continue
    const start = pattern.slice(0, -1)
    if (subject.startsWith(start) && subject.length > start.length && !subject.includes('.', start.length))
      return true
  }
  return false
}
