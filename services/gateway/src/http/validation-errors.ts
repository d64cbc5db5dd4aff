import { strangerInLine, strangerInWord } from '@rounds/contracts'
import { parseAddress } from '@rounds/mail'
import type { FastifySchemaValidationError } from 'fastify'
import { nearest } from './nearest.ts'
import type { Fault } from './problem-error.ts'

type Found = Pick<FastifySchemaValidationError, 'keyword' | 'instancePath' | 'schemaPath' | 'params'> & {
  readonly message?: string | undefined
  /** What was looked at, and by which schema: Ajv tells when it is `verbose`. */
  readonly data?: unknown
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, { readonly const?: unknown }>> }
}

const rooms: Readonly<Record<string, string>> = {
  querystring: '/query',
  params: '/path',
  headers: '/headers',
  body: '',
}

/** What a validator found, as the caller is told it: a pointer to the field and the reason. Never quotes a value. */
export function faultsOf(found: readonly Found[], part = 'body'): Fault[] {
  const room = rooms[part] ?? ''
  const meant = likeliestBranch(found)
  const told = meant.map((error) => ({
    pointer: `${room}${error.instancePath}${fieldOf(error)}` || '/',
    detail: detailOf(error, meant),
  }))
  return [...new Map(told.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()]
}

/**
 * A union complains once per branch, and the caller meant one of them: the one whose constants they wrote, with
 * the fewest fields missing. Where their constant is nobody's, the complaint is about that, with all the choices.
 */
function likeliestBranch(found: readonly Found[]): readonly Found[] {
  const told = found.filter(({ keyword }) => keyword !== 'anyOf')
  const branches = [...Map.groupBy(told, branchOf).values()]
  if (branches.length <= 1) return told
  const possible = branches.filter((branch) => wrongConstants(branch).length === 0)
  const wrong = branches.flatMap(wrongConstants)
  if (wrong.length > 0 && possible.every(hasNoConstants)) return wrong
  return possible.toSorted((one, other) => missingIn(one) - missingIn(other))[0] ?? told
}

const missingIn = (branch: readonly Found[]) => branch.filter(({ keyword }) => keyword === 'required').length

const branchOf = ({ schemaPath }: Found) => /^.*?\/anyOf\/\d+/.exec(schemaPath)?.[0] ?? ''

/** Constants of this branch that the caller wrote differently; Ajv itself stops at the first missing field. */
function wrongConstants(branch: readonly Found[]): Found[] {
  return branch.flatMap((error): Found[] => {
    if (error.keyword === 'const') return [error]
    // `in` throws where there is no object, and a body may be a number.
    const written = Object(error.data ?? {}) as Readonly<Record<string, unknown>>
    return Object.entries(error.parentSchema?.properties ?? {})
      .filter(([name, schema]) => 'const' in schema && name in written && written[name] !== schema.const)
      .map(([name, schema]) => ({
        keyword: 'const',
        instancePath: `${error.instancePath}/${name}`,
        schemaPath: error.schemaPath,
        params: { allowedValue: schema.const },
      }))
  })
}

const hasNoConstants = (branch: readonly Found[]) =>
  branch.every(({ parentSchema }) => {
    const fields = Object.values(parentSchema?.properties ?? {})
    return fields.length > 0 && fields.every((schema) => !('const' in schema))
  })

/** Fields that were written and are none, and those that there are. */
function fieldsOf({ data, parentSchema }: Found) {
  const known = Object.keys(parentSchema?.properties ?? {})
  return { known, unknown: Object.keys(Object(data ?? {})).filter((name) => !known.includes(name)) }
}

/** A field that is missing because it was written a little differently. */
function misspeltOf(error: Found): string | undefined {
  if (error.keyword !== 'required') return undefined
  const { missingProperty } = error.params
  return typeof missingProperty === 'string' ? nearest(missingProperty, fieldsOf(error).unknown) : undefined
}

function fieldOf(error: Found): string {
  const { keyword, params } = error
  const field =
    keyword === 'required' ? (misspeltOf(error) ?? params.missingProperty) : params.additionalProperty
  return typeof field === 'string' ? `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
}

function detailOf(error: Found, found: readonly Found[]): string {
  switch (error.keyword) {
    case 'required':
      return misspeltOf(error)
        ? `is not known here; did you mean ${error.params.missingProperty}?`
        : 'is missing'
    case 'additionalProperties':
      return unknownField(error)
    case 'const':
      return `must be one of ${allowedAt(error.instancePath, found).join(', ')}`
    case 'format':
      return formatFault(String(error.params.format), error.data)
    case 'pattern':
      return strangeIn(error.data, strangerInLine) ?? error.message ?? 'is not allowed'
    default:
      return error.message ?? 'is not allowed'
  }
}

function unknownField(error: Found): string {
  const { additionalProperty: field } = error.params
  const written = fieldsOf(error)
  const free = written.known.filter((name) => !(name in Object(error.data ?? {})))
  const meant = typeof field === 'string' ? nearest(field, free) : undefined
  return meant === undefined ? 'is not known here' : `is not known here; did you mean ${meant}?`
}

function formatFault(format: string, data: unknown): string {
  const wanted = formats[format] ?? `must be a ${format}`
  if (format !== 'email') return strangeIn(data, strangerInWord) ?? wanted
  const address = parseAddress(data)
  return address.kind === 'refused' ? `${wanted}. ${address.detail}` : wanted
}

/** What cannot be seen is named: whoever looks at the field finds nothing wrong with it. */
function strangeIn(data: unknown, strangerIn: (text: string) => string | undefined): string | undefined {
  const stranger = typeof data === 'string' ? strangerIn(data) : undefined
  return stranger && `has ${stranger}, which may not stand here`
}

const formats: Readonly<Record<string, string>> = {
  date: 'must be a day that exists, as YYYY-MM-DD',
  'date-time': 'must be an instant with its offset, as 2026-01-31T09:30:00+05:30',
  email: 'must be a mail address',
}

function allowedAt(instancePath: string, found: readonly Found[]): unknown[] {
  const here = found.filter((error) => error.keyword === 'const' && error.instancePath === instancePath)
  return [...new Set(here.map((error) => error.params.allowedValue))]
}
