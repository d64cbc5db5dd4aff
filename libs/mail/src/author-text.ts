import { LiquidError, type Template } from 'liquidjs'
import { isBlank } from './blank.ts'
import { authorEngine, MissingValueError } from './liquid-engines.ts'

/** Subject and body of an announcement, as an admin wrote them. */
export interface AuthorText {
  readonly subject: string
  readonly body: string
}

/**
 * What an admin's text may speak of; in the subject only what says nothing about the recipient. The body may also name the columns of an
 * uploaded list.
 */
export const authorVariables = {
  subject: ['hospitalName'],
  body: ['hospitalName', 'recipientName', 'department'],
} as const satisfies Record<keyof AuthorText, readonly string[]>

/** What columns of a list are shown as where there is no row: their names. */
export const sampleColumns = (columns: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map((column) => [column, `[${column}]`]))

/** Where an admin's text could not be filled in. */
interface AuthorFault {
  readonly kind: 'fault'
  readonly part: keyof AuthorText
  /** From 1. */
  readonly line: number
  /** The variable that has no value for this recipient, where that is why: a sentence with a hole is not sent. */
  readonly missing?: string
}

interface FilledIn {
  readonly kind: 'filled in'
  readonly subject: string
  readonly paragraphs: readonly (readonly string[])[]
}

/** An admin's text for one recipient: plain text, of which nothing is HTML yet and nothing is Liquid any more. */
export function fillIn(
  text: AuthorText,
  variables: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>> = {},
): FilledIn | AuthorFault {
  const subject = fillInPart('subject', text, variables)
  if (typeof subject !== 'string') return subject
  const body = fillInPart('body', text, variables, columns)
  if (typeof body !== 'string') return body
  return { kind: 'filled in', subject, paragraphs: paragraphsOf(body) }
}

/** What a text names and has no value for, for one recipient; the first such. Nothing when it can be filled in, or cannot be read. */
export function missingIn(
  text: AuthorText,
  variables: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>> = {},
): string | undefined {
  // Most rows are whole, and a list may have a million.
  const scope = scopeOf('body', variables, columns)
  if (namesIn(text.body).every((name) => !isBlank(scope[name]))) return undefined
  const filled = fillIn(text, variables, columns)
  return filled.kind === 'fault' ? filled.missing : undefined
}

function fillInPart(
  part: keyof AuthorText,
  text: AuthorText,
  variables: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>> = {},
): string | AuthorFault {
  try {
    const filled = authorEngine.renderSync(parsed(text[part]).template, scopeOf(part, variables, columns))
    return isBlank(filled) ? { kind: 'fault', part, line: 1, missing: part } : filled
  } catch (fault) {
    if (!LiquidError.is(fault)) throw fault
    const at = { kind: 'fault', part, line: fault.token.getPosition()[0] ?? 1 } as const
    if (!(fault.originalError instanceof MissingValueError)) return at
    const [missing = part] = authorEngine.globalVariablesSync(fault.token.getText())
    return { ...at, missing }
  }
}

/**
 * What a part may name, with nothing for what is blank, so that `if` and `default` see that there is none. In a body the list's own
 * column stands before a value of ours that is called the same; a subject knows no row.
 */
function scopeOf(
  part: keyof AuthorText,
  variables: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const ours = authorVariables[part].map((name) => [name, variables[name]] as const)
  return Object.fromEntries(
    [...ours, ...Object.entries(columns)].map(([name, value]) => [name, isBlank(value) ? null : value]),
  )
}

interface ParsedText {
  readonly template: Template[]
  readonly names: readonly string[]
}

/** Parsed once for a campaign and not for each of its mails. A few campaigns at once are many. */
const parsedTexts = new Map<string, ParsedText>()
const keptTexts = 100

function parsed(text: string): ParsedText {
  const kept = parsedTexts.get(text)
  if (kept) return kept
  const template = authorEngine.parse(text)
  const made = { template, names: authorEngine.globalVariablesSync(template) }
  if (parsedTexts.size >= keptTexts) parsedTexts.clear()
  parsedTexts.set(text, made)
  return made
}

/** What a text names; nothing of one that cannot be read. */
function namesIn(text: string): readonly string[] {
  try {
    return parsed(text).names
  } catch (fault) {
    if (!LiquidError.is(fault)) throw fault
    return []
  }
}

/** An empty line ends a paragraph; any other line break stays one. */
function paragraphsOf(text: string): string[][] {
  return text
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((paragraph) => paragraph.split(/\r?\n/).map((line) => line.trimEnd()))
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
}
