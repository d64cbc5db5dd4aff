import type { Language } from '@rounds/contracts'
import { LiquidError } from 'liquidjs'
import { type AuthorText, authorVariables } from './author-text.ts'
import { clinicalWord } from './clinical-words.ts'
import { authorEngine, authorFilters, authorTags, textEngine } from './liquid-engines.ts'
import { type MailTemplate, mailLanguages, personalVariables } from './template.ts'

export interface LintFault {
  /** JSON pointer to what is wrong. */
  readonly pointer: string
  /** From 1. */
  readonly line: number
  readonly code:
    | 'EMPTY'
    | 'TOO_LONG'
    | 'LINE_BREAK'
    | 'CLINICAL_WORD'
    | 'PERSONAL_VARIABLE'
    | 'UNKNOWN_VARIABLE'
    | 'BAD_LIQUID'
    | 'CONTROL_CHARACTER'
    | 'NO_ENGLISH'
    | 'NO_TEXT_PART'
    | 'NO_UNSUBSCRIBE_LINK'
    | 'REMOTE_CONTENT'
    | 'NO_ALT_TEXT'
    | 'NO_LANGUAGE'
    | 'UNESCAPED'
  readonly detail: string
}

/** The files of a template, as far as it has them. */
export type TemplateSources = Readonly<
  Partial<Record<Language, { readonly html?: string | undefined; readonly text?: string | undefined }>>
>

/** What a template must not be, told with a pointer each. Empty when it may ship. */
export function lintTemplate(template: MailTemplate, sources: TemplateSources): LintFault[] {
  const { en } = sources
  return [
    ...(en?.html === undefined
      ? [fault('/en/html', 'NO_ENGLISH', 'Every template has an English page.')]
      : []),
    ...Object.entries(template.subjects).flatMap(([language, subject]) =>
      subjectFaults(`/subjects/${language}`, subject, template),
    ),
    ...mailLanguages.flatMap((language) => partFaults(template, language, sources[language] ?? {})),
  ]
}

/** What is wrong with a text that an admin wrote, before it goes to anybody. `columns` are those of the list it goes to. */
export function lintAnnouncement(text: AuthorText, columns: readonly string[] = []): LintFault[] {
  return [
    ...subjectTextFaults('/subject', text.subject),
    ...authorFaults('subject', text, columns),
    ...bodyFaults(text, columns),
  ]
}

/** Gmail cuts off what is longer. */
const maxHtmlBytes = 102_000
const maxBody = 10_000
const maxSubject = 200

const fault = (pointer: string, code: LintFault['code'], detail: string, line = 1): LintFault => ({
  pointer,
  line,
  code,
  detail,
})

function subjectFaults(pointer: string, subject: string, template: MailTemplate): LintFault[] {
  const personal = new Set(personalVariables(template))
  const declared = Object.keys(template.variables.properties)
  const used = textEngine.globalVariablesSync(subject)
  return [
    ...subjectTextFaults(pointer, subject),
    ...used
      .filter((name) => personal.has(name))
      .map((name) => fault(pointer, 'PERSONAL_VARIABLE', `${name} says something about the recipient.`)),
    ...unknown(pointer, used, declared),
  ]
}

function unknown(pointer: string, used: readonly string[], declared: readonly string[]): LintFault[] {
  return used
    .filter((name) => !declared.includes(name))
    .map((name) => fault(pointer, 'UNKNOWN_VARIABLE', `There is no variable ${name}.`))
}

function subjectTextFaults(pointer: string, subject: string): LintFault[] {
  const word = clinicalWord(subject)
  return [
    ...(subject.trim() === '' ? [fault(pointer, 'EMPTY', 'A mail has a subject.')] : []),
    ...(subject.length > maxSubject
      ? [fault(pointer, 'TOO_LONG', `A subject has at most ${maxSubject} characters.`)]
      : []),
    ...(/[\r\n\u2028\u2029]/.test(subject)
      ? [fault(pointer, 'LINE_BREAK', 'A subject is one line.')]
      : controlFaults(pointer, subject)),
    ...(word
      ? [
          fault(
            pointer,
            'CLINICAL_WORD',
            `“${word}” tells of somebody’s health; a subject is read by others.`,
          ),
        ]
      : []),
  ]
}

function controlFaults(pointer: string, text: string): LintFault[] {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => /[\p{Cc}\u2028\u2029]/u.test(line.replaceAll(/[\t\r]/g, '')))
  return at < 0
    ? []
    : [fault(pointer, 'CONTROL_CHARACTER', 'It holds a character that cannot be seen.', at + 1)]
}

function partFaults(
  template: MailTemplate,
  language: Language,
  { html, text }: { readonly html?: string | undefined; readonly text?: string | undefined },
): LintFault[] {
  if (html === undefined) return []
  const at = (kind: 'html' | 'text') => `/${language}/${kind}`
  const unsubscribes = (part: string) => part.includes('unsubscribeUrl')
  const needsLink =
    template.mayUnsubscribe ||
    template.purpose === 'marketing' ||
    (template.purpose === 'administrative' && template.lane === 'bulk')
  return [
    ...(text === undefined || text.trim() === ''
      ? [fault(at('text'), 'NO_TEXT_PART', 'Every page has a plain text beside it.')]
      : []),
    ...(needsLink && !unsubscribes(html)
      ? [fault(at('html'), 'NO_UNSUBSCRIBE_LINK', 'Who gets this may end it, by a link in it.')]
      : []),
    ...(needsLink && text !== undefined && !unsubscribes(text)
      ? [fault(at('text'), 'NO_UNSUBSCRIBE_LINK', 'Who gets this may end it, by a link in it.')]
      : []),
    ...(Buffer.byteLength(html) > maxHtmlBytes
      ? [fault(at('html'), 'TOO_LONG', 'Mail programs cut off pages above 102 KB.')]
      : []),
    ...lineFaults(at('html'), html, remoteContent, 'REMOTE_CONTENT', 'Opening a mail fetches nothing.'),
    ...lineFaults(at('html'), html, /<img(?![^>]*\salt=)[^>]*>/i, 'NO_ALT_TEXT', 'A picture is also told.'),
    ...lineFaults(at('html'), html, unescaped, 'UNESCAPED', 'Values are escaped, always.'),
    ...(new RegExp(`<html[^>]*\\slang="${language}"`).test(html)
      ? []
      : [fault(at('html'), 'NO_LANGUAGE', 'A page says its language, for those who have it read aloud.')]),
  ]
}

const remoteContent =
  /\s(?:src|srcset|background|poster)\s*=\s*["']?(?!data:)\s*(?:https?:)?\/\/|url\(\s*["']?(?:https?:)?\/\/|@import|<link\b|<script\b|<iframe\b/i
const unescaped = /\{\{[^}]*\|\s*raw\b/

function lineFaults(
  pointer: string,
  text: string,
  pattern: RegExp,
  code: LintFault['code'],
  detail: string,
): LintFault[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [fault(pointer, code, detail, index + 1)] : []))
}

function bodyFaults(text: AuthorText, columns: readonly string[]): LintFault[] {
  if (text.body.trim() === '') return [fault('/body', 'EMPTY', 'A mail says something.')]
  if (text.body.length > maxBody)
    return [fault('/body', 'TOO_LONG', `A text has at most ${maxBody.toLocaleString('en')} characters.`)]
  return [...controlFaults('/body', text.body), ...authorFaults('body', text, columns)]
}

/** What is wrong with the Liquid of one part: a word that is not understood, or a variable that is not there. */
function authorFaults(part: keyof AuthorText, text: AuthorText, columns: readonly string[]): LintFault[] {
  const pointer = `/${part}`
  const allowed: readonly string[] = [...authorVariables[part], ...(part === 'body' ? columns : [])]
  try {
    const { globals } = authorEngine.parseAndAnalyzeSync(text[part])
    return Object.entries(globals).flatMap(([name, uses]) =>
      uses.flatMap((use) => {
        const { row } = use.location
        if (use.segments.length > 1)
          return [fault(pointer, 'UNKNOWN_VARIABLE', `${name} is a text and has no parts.`, row)]
        if (allowed.includes(name)) return []
        return [...authorVariables.body, ...columns].some((known) => known === name)
          ? [fault(pointer, 'PERSONAL_VARIABLE', `${name} may not stand in a subject.`, row)]
          : [
              fault(
                pointer,
                'UNKNOWN_VARIABLE',
                `There is no variable ${name}; there are ${allowed.join(', ')}.`,
                row,
              ),
            ]
      }),
    )
  } catch (error) {
    if (!LiquidError.is(error)) throw error
    const [line] = error.token.getPosition()
    return [
      fault(
        pointer,
        'BAD_LIQUID',
        `This is not understood. Tags are ${authorTags.join(', ')}; filters are ${authorFilters.join(', ')}.`,
        line,
      ),
    ]
  }
}
