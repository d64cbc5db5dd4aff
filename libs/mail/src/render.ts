import type { Language } from '@rounds/contracts'
import type { Template } from 'liquidjs'
import { Compile, type Validator } from 'typebox/compile'
import { declarations } from '../templates/all.ts'
import { textPage } from '../templates/layout.ts'
import { fillIn } from './author-text.ts'
import { isBlank } from './blank.ts'
import { htmlEngine, textEngine } from './liquid-engines.ts'
import { knownZone } from './quiet-hours.ts'
import { type MailTemplate, mailLanguages } from './template.ts'
import { readCompiled, readSource } from './template-files.ts'

export interface RenderedMail {
  readonly subject: string
  readonly html: string
  readonly text: string
  /** In which it was written: English where a template has no other. */
  readonly language: Language
  readonly version: number
}

export type TemplateId = (typeof declarations)[number]['id']

/** Values by variable. Which a template wants stands in its declaration; `render` looks. */
export type MailVariables = Readonly<Record<string, unknown>>

export const mailTemplates: readonly MailTemplate[] = declarations

export function templateOf(id: string): MailTemplate | undefined {
  return prepared.get(id)?.template
}

/** No template has this name. */
export class UnknownTemplateError extends Error {
  override readonly name = 'UnknownTemplateError'
}

export interface VariableFault {
  readonly variable: string
  /** What is wrong with it. Does not repeat its value. */
  readonly detail: string
  /** There is none, or nothing of it can be seen. */
  readonly isMissing?: boolean
}

/** What a template was given is not what it needs. Names template and variables, never a value. */
export class MailVariablesError extends Error {
  override readonly name = 'MailVariablesError'
  readonly template: string
  readonly faults: readonly VariableFault[]

  constructor(template: string, faults: readonly VariableFault[]) {
    super(`${template}: ${faults.map(({ variable, detail }) => `${variable} ${detail}`).join('; ')}`)
    this.template = template
    this.faults = faults
  }

  /** All that is wrong is that something has no value. */
  get isMissing(): boolean {
    return this.faults.every(({ isMissing }) => isMissing === true)
  }
}

/**
 * Makes the mail: the same for the mailer that sends it and for the gateway that shows it beforehand.
 *
 * Throws `MailVariablesError` when a variable is missing, unknown or of another type. Every value is text: whatever it holds, it
 * ends neither a tag nor a line.
 */
export function render(id: string, language: Language, variables: MailVariables): RenderedMail {
  const known = prepared.get(id)
  if (!known) throw new UnknownTemplateError(`There is no template ${id}`)
  const faults = known.faultsOf(variables)
  if (faults.length > 0) throw new MailVariablesError(id, faults)

  const texts = known.texts[language] ?? known.texts.en
  const scope = { ...variables, ...authored(id, variables), language: texts.language }
  const subject = oneLine(textEngine.renderSync(texts.subject, scope))
  const whole = { ...scope, subject }
  return {
    subject,
    html: htmlEngine.renderSync(texts.html, whole),
    text: textEngine.renderSync(texts.text, whole).replaceAll(/\n{3,}/g, '\n\n'),
    language: texts.language,
    version: known.template.version,
  }
}

/** The mail with the values of its declaration, all of them invented. */
export function previewOf(id: string, language: Language, variables: MailVariables = {}): RenderedMail {
  const template = templateOf(id)
  if (!template) throw new UnknownTemplateError(`There is no template ${id}`)
  return render(id, language, { ...template.sample, ...variables })
}

/** What is wrong with the values that a template would be given; empty when a mail can be made of them. */
export function variableFaults(id: string, variables: MailVariables): readonly VariableFault[] {
  const known = prepared.get(id)
  if (!known) throw new UnknownTemplateError(`There is no template ${id}`)
  return known.faultsOf(variables)
}

interface PreparedTexts {
  readonly language: Language
  readonly subject: Template[]
  readonly html: Template[]
  readonly text: Template[]
}

interface Prepared {
  readonly template: MailTemplate
  readonly texts: { readonly en: PreparedTexts } & Partial<Record<Language, PreparedTexts>>
  faultsOf(variables: MailVariables): readonly VariableFault[]
}

/** Files read, Liquid parsed and schemas compiled once for the life of the process. */
const prepared: ReadonlyMap<string, Prepared> = new Map(
  mailTemplates.map((template) => [template.id, prepare(template)]),
)

function prepare(template: MailTemplate): Prepared {
  const [en, ...others] = mailLanguages.map((language) => prepareTexts(template, language))
  if (!en) throw new Error(`${template.id} has no English text; is \`npm run generate\` due?`)
  const validator = Compile(template.variables)
  return {
    template,
    texts: Object.fromEntries(
      [en, ...others].flatMap((texts) => (texts ? [[texts.language, texts]] : [])),
    ) as Prepared['texts'],
    faultsOf: (variables) => faultsOf(validator, variables),
  }
}

function prepareTexts(template: MailTemplate, language: Language): PreparedTexts | undefined {
  const subject = template.subjects[language]
  const html = readCompiled(template, language)
  const text = readSource(template, language, 'txt')
  if (subject === undefined || html === undefined || text === undefined) return undefined
  return {
    language,
    subject: textEngine.parse(subject),
    html: htmlEngine.parse(html),
    text: textEngine.parse(textPage(template, language, text)),
  }
}

function faultsOf(validator: Validator, variables: MailVariables): VariableFault[] {
  if (!validator.Check(variables))
    return validator.Errors(variables).flatMap((error): VariableFault[] => {
      if (error.keyword === 'required')
        return error.params.requiredProperties.map((variable) => ({
          variable,
          detail: 'is missing',
          isMissing: true,
        }))
      if (error.keyword === 'additionalProperties')
        return error.params.additionalProperties.map((variable) => ({ variable, detail: 'is not known' }))
      // Said once more about each unknown variable.
      if (error.keyword === 'boolean') return []
      // Said once more by the other rules for a text.
      if (error.keyword === 'minLength') return []
      if (error.keyword === 'pattern') {
        const variable = error.instancePath.slice(1)
        return isBlank(variables[variable])
          ? [{ variable, detail: 'is empty', isMissing: true }]
          : [{ variable, detail: 'is no web address' }]
      }
      return [{ variable: error.instancePath.slice(1).replaceAll('/', '.'), detail: error.message }]
    })
  const { zone } = variables
  return typeof zone === 'string' && !knownZone(zone) ? [{ variable: 'zone', detail: 'is no time zone' }] : []
}

/** What an admin wrote stands for `subject` and `paragraphs`, filled in. */
function authored(id: string, variables: MailVariables): object {
  const { subject, body, columns } = variables
  if (typeof subject !== 'string' || typeof body !== 'string') return {}
  const text = fillIn({ subject, body }, variables, columns as Record<string, string> | undefined)
  if (text.kind === 'fault')
    throw new MailVariablesError(id, [
      text.missing === undefined
        ? { variable: text.part, detail: `cannot be filled in, line ${text.line}` }
        : { variable: text.missing, detail: 'is empty', isMissing: true },
    ])
  return { subject: text.subject, paragraphs: text.paragraphs }
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
