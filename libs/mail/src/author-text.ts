import { LiquidError, type Template } from 'liquidjs'
import { authorEngine } from './liquid-engines.ts'

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
  // A column that is called like one of ours is not ours.
  const body = fillInPart('body', text, variables, columns)
  if (typeof body !== 'string') return body
  return { kind: 'filled in', subject, paragraphs: paragraphsOf(body) }
}

function fillInPart(
  part: keyof AuthorText,
  text: AuthorText,
  variables: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, string>> = {},
): string | AuthorFault {
  const ours = Object.fromEntries(authorVariables[part].map((name) => [name, variables[name]]))
  const scope = { ...columns, ...ours }
  try {
    return authorEngine.renderSync(parsed(text[part]), scope)
  } catch (fault) {
    if (!LiquidError.is(fault)) throw fault
    return { kind: 'fault', part, line: fault.token.getPosition()[0] ?? 1 }
  }
}

/** Parsed once for a campaign and not for each of its mails. A few campaigns at once are many. */
const parsedTexts = new Map<string, Template[]>()
const keptTexts = 100

function parsed(text: string): Template[] {
  const kept = parsedTexts.get(text)
  if (kept) return kept
  const made = authorEngine.parse(text)
  if (parsedTexts.size >= keptTexts) parsedTexts.clear()
  parsedTexts.set(text, made)
  return made
}

/** An empty line ends a paragraph; any other line break stays one. */
function paragraphsOf(text: string): string[][] {
  return text
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((paragraph) => paragraph.split(/\r?\n/).map((line) => line.trimEnd()))
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
}
