import type { FastifySchemaValidationError } from 'fastify'
import type { Fault } from './problem-error.ts'

type Found = Pick<FastifySchemaValidationError, 'keyword' | 'instancePath' | 'schemaPath' | 'params'> & {
  readonly message?: string | undefined
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
  const told = likeliestBranch(found).map((error) => ({
    pointer: `${room}${error.instancePath}${fieldOf(error)}` || '/',
    detail: detailOf(error, found),
  }))
  return [...new Map(told.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()]
}

/**
 * A union complains once per branch. The caller meant one of them: the one whose constant they wrote, or else the one
 * with the fewest complaints.
 */
function likeliestBranch(found: readonly Found[]): readonly Found[] {
  const branches = Map.groupBy(
    found.filter((error) => error.keyword !== 'anyOf'),
    ({ schemaPath }) => /^.*?\/anyOf\/\d+/.exec(schemaPath)?.[0] ?? '',
  )
  if (branches.size <= 1) return found.filter((error) => error.keyword !== 'anyOf')
  const plain = branches.get('') ?? []
  branches.delete('')
  const allConstants = [...branches.values()].every((errors) =>
    errors.every(({ keyword }) => keyword === 'const'),
  )
  if (allConstants) return [...plain, ...[...branches.values()].flat().slice(0, 1)]
  const weight = (errors: readonly Found[]) =>
    errors.reduce(
      (sum, { keyword }) => sum + (keyword === 'const' ? 100 : keyword === 'required' ? 10 : 1),
      0,
    )
  const [meant = []] = [...branches.values()].sort((left, right) => weight(left) - weight(right))
  return [...plain, ...meant]
}

function fieldOf({ keyword, params }: Found): string {
  const field = keyword === 'required' ? params.missingProperty : params.additionalProperty
  return typeof field === 'string' ? `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
}

function detailOf(error: Found, found: readonly Found[]): string {
  switch (error.keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is not known here'
    case 'const':
      return `must be one of ${allowedAt(error.instancePath, found).join(', ')}`
    case 'format':
      return formats[String(error.params.format)] ?? `must be a ${error.params.format}`
    default:
      return error.message ?? 'is not allowed'
  }
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
