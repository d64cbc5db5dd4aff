/** Whether a subject is one that a pattern means; `*` at its end stands for one token, as NATS reads it. */
export function isMeantBy(patterns: Iterable<string>, subject: string): boolean {
  for (const pattern of patterns) {
    if (pattern === subject) return true
    if (!pattern.endsWith('.*')) continue
    const start = pattern.slice(0, -1)
    if (subject.startsWith(start) && subject.length > start.length && !subject.includes('.', start.length))
      return true
  }
  return false
}
