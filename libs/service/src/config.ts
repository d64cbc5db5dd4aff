import { readFileSync } from 'node:fs'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { formatFault } from './variables.ts'

/** The environment does not say what the process needs. Names every mistake, and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`configuration: ${mistakes.join('; ')}`)
    this.mistakes = mistakes
  }
}

/**
 * What the environment says, typed by the schema of each variable: text becomes integer, number or boolean where the
 * schema wants one, defaults fill in, an empty text counts as missing. `NAME_FILE` may name a file that holds the value
 * of `NAME`, as secrets are mounted. Throws one `ConfigError` with every mistake.
 *
 * ```ts
 * const variables = {
 *   NATS_URL: Type.String({ format: 'uri', description: 'Where the event stream lives' }),
 *   SWEEP_SECONDS: Type.Integer({ minimum: 1, default: 15, description: 'How often stuck work is looked for' }),
 * }
 * export const loadConfig = (environment: Environment) => readConfig(variables, environment)
 * ```
 */
export function readConfig<Variables extends TProperties>(
  variables: Variables,
  environment: Environment,
): Static<TObject<Variables>> {
  const mistakes: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(variables)) {
    const { text, mistake } = textOf(name, environment)
    const value = text === undefined ? (schema as Described).default : converted(text, schema)
    mistakes.push(...(mistake ? [mistake] : faultsOf(name, schema, value)))
    if (value !== undefined) config[name] = value
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return config as Static<TObject<Variables>>
}

/** `process.env`, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The variables as the rows of a Markdown table, for the generated documentation. */
export function configTable(variables: TProperties): string {
  const rows = described(variables).map(
    ({ name, kind, standard, description }) => `| \`${name}\` | ${kind} | ${standard} | ${description} |`,
  )
  return ['| Variable | Kind | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

/** The variables as a `.env` file to copy: the ones with a default as comments, the needed ones empty. */
export function envExample(variables: TProperties): string {
  return described(variables)
    .map(({ name, standard, description, isNeeded }) =>
      [
        `# ${description}`,
        `${isNeeded ? '' : '# '}${name}=${isNeeded ? '' : standard.replaceAll('`', '')}`,
        '',
      ].join('\n'),
    )
    .join('\n')
}

interface Described {
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly anyOf?: readonly Described[]
}

function described(variables: TProperties) {
  return Object.entries(variables).map(([name, variable]) => {
    const schema = variable as Described
    const isOptional = Type.IsOptional(variable)
    return {
      name,
      kind: kindOf(schema),
      standard: schema.default === undefined ? (isOptional ? '' : 'needed') : `\`${schema.default}\``,
      isNeeded: schema.default === undefined && !isOptional,
      description: schema.description ?? '',
    }
  })
}

const choices = ({ anyOf = [] }: Described) =>
  anyOf.flatMap((one) => (one.const === undefined ? [] : [`${one.const}`]))

const kindOf = (schema: Described) =>
  choices(schema).length > 0 ? choices(schema).join(', ') : (schema.format ?? schema.type ?? 'text')

function textOf(name: string, environment: Environment): { text?: string | undefined; mistake?: string } {
  const [direct, file] = [environment[name], environment[`${name}_FILE`]]
  if (!file) return { text: direct || undefined }
  if (direct) return { mistake: `${name} and ${name}_FILE are both set: keep one` }
  try {
    return { text: readFileSync(file, 'utf8').trim() || undefined }
  } catch {
    return { mistake: `${name}_FILE names a file that cannot be read` }
  }
}

/** TypeBox's own conversion would make 1 of "1.5" and true of "2": what is not plainly meant stays text and is refused. */
function converted(text: string, { type }: Described): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (type === 'boolean' && /^(true|1)$/.test(text)) return true
  if (type === 'boolean' && /^(false|0)$/.test(text)) return false
  return text
}

function faultsOf(name: string, schema: TSchema & Described, value: unknown): string[] {
  if (value === undefined) {
    return Type.IsOptional(schema)
      ? []
      : [`${name} is missing${schema.description ? ` (${schema.description})` : ''}`]
  }
  if (Value.Check(schema, value)) return []
  const fault = formatFault(schema.format, String(value))
  if (fault) return [`${name} ${fault}`]
  const allowed = choices(schema)
  if (allowed.length > 0) return [`${name} must be one of ${allowed.join(', ')}`]
  if (schema.type === 'boolean') return [`${name} must be true or false`]
  if (schema.type === 'integer' && typeof value === 'string') return [`${name} must be a whole number`]
  // TypeBox's messages speak of the schema ("must be >= 1"), not of the value.
  return Value.Errors(schema, value).map(({ message }) => `${name} ${message}`)
}
