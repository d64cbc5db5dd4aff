import { problem } from '@rounds/contracts'
import { Compile } from 'typebox/compile'
import { Compile as CompileSchema } from 'typebox/schema'
import type { Answer } from './door-client.ts'
import type { Operation } from './operations.ts'
import type { JsonSchema } from './schema-values.ts'

const isProblem = Compile(problem)
const validators = new WeakMap<object, { Check(value: unknown): boolean }>()

/** Words of our own program that no answer may hold. */
const insides = /\bat .{1,200}:\d+:\d+|node_modules|\.ts:\d+|Mongo\w*Error|E11000|\bTypeError\b|ECONN|\/src\//

/** What is wrong with an answer, in a few words; nothing where all is well. */
export function faultOf(
  answer: Answer,
  operation: Operation | undefined,
  method: string,
): string | undefined {
  const { status, type, body, isCut } = answer
  const mime = type.split(';', 1)[0]?.trim() ?? ''
  if (status >= 500 || status < 200) return `answered ${status}`
  if (status >= 400 || mime === 'application/problem+json') return faultOfProblem(answer, mime, method)

  const declared = operation?.answers[status]
  if (operation && !declared) return `answered ${status}, which the document does not mention`
  if (status === 204 || status === 304)
    return body.byteLength > 0 ? `answered ${status} with a body` : undefined
  if (!declared) return undefined
  if (!(mime in declared))
    return `answered ${status} as ${mime || 'nothing'}, the document says ${Object.keys(declared)}`
  if (method === 'HEAD' || !mime.endsWith('json')) return undefined
  // The document describes such a file as bytes.
  if (mime.endsWith('ndjson'))
    return linesOf(isCut ? body.subarray(0, body.lastIndexOf('\n')) : body)
      .map(jsonOf)
      .includes(undefined)
      ? `answered ${status} with a line that is not JSON`
      : undefined
  if (isCut) return undefined
  const value = jsonOf(body)
  if (value === undefined) return `answered ${status} with something that is not JSON`
  return keepsTo(declared[mime] ?? {}, value) ? undefined : `answered ${status} not as its schema says`
}

function faultOfProblem({ status, body }: Answer, mime: string, method: string): string | undefined {
  if (mime !== 'application/problem+json')
    return `answered ${status} as ${mime || 'nothing'}, not as a problem`
  if (method === 'HEAD') return undefined
  const value = jsonOf(body)
  if (!isProblem.Check(value)) return `answered ${status} with something that is no problem`
  if (value.status !== status) return `answered ${status} and said ${value.status}`
  return insides.test(body.toString('latin1')) ? `answered ${status} with words of the program` : undefined
}

function keepsTo(schema: JsonSchema, value: unknown): boolean {
  const known = validators.get(schema) ?? CompileSchema(schema as object)
  validators.set(schema, known)
  return known.Check(value)
}

const linesOf = (body: Buffer) =>
  body
    .toString()
    .split('\n')
    .filter((line) => line !== '')

function jsonOf(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
