const levels: ReadonlyArray<readonly [number, string]> = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warning'],
]

/**
 * What of a service's log line belongs on the screen: a warning or worse in short, a line that is no log line as it
 * stands, and nothing of the rest.
 */
export function screenLine(service: string, line: string): string | undefined {
  if (line.trim() === '') return undefined
  const entry = parsed(line)
  if (!entry) return `${service}: ${line}`
  const level = levels.find(([atLeast]) => entry.level >= atLeast)
  return level && `${service}: ${level[1]}: ${entry.msg}`
}

function parsed(line: string): { level: number; msg: string } | undefined {
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown }
    return typeof entry?.level === 'number' ? { level: entry.level, msg: String(entry.msg ?? '') } : undefined
  } catch {
    return undefined
  }
}
