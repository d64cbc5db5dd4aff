import type { Chance } from '@rounds/stack'
import { hostileText, hostileValue } from './hostile.ts'
import type { Operation, Parameter } from './operations.ts'
import { type RightBody, rightBodyOf } from './right-bodies.ts'
import { type JsonSchema, type Meaningful, nearlyValidValue, validValue } from './schema-values.ts'

/** One request as it goes over the wire. */
export interface FuzzRequest {
  readonly operation?: Operation
  readonly manner: 'valid' | 'near' | 'hostile'
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

type Manner = FuzzRequest['manner']

/** A request to one operation: as it should be, with one thing wrong, or as an enemy would write it. */
export function requestTo(operation: Operation, known: Meaningful, chance: Chance): FuzzRequest {
  const manner: Manner = chance.pick([
    'valid',
    'valid',
    'valid',
    'near',
    'near',
    'hostile',
    'hostile',
    'hostile',
  ])
  // One part is spoilt, and the rest is right: otherwise every request would end at the first fault.
  const parts = ['path', 'query', 'header', 'body'].filter(
    (part) =>
      (part === 'body' ? operation.bodies.length > 0 : operation.parameters.some((one) => one.in === part)) ||
      part === 'query' ||
      part === 'header',
  )
  const spoilt =
    manner === 'valid' ? '' : operation.bodies.length > 0 && chance.oneIn(2) ? 'body' : chance.pick(parts)
  const valuesIn = (part: string) => {
    const asked = operation.parameters.filter((one) => one.in === part)
    const values = asked
      .filter(({ required, name }) => required || chance.oneIn(3) || (name === freshKey && !chance.oneIn(5)))
      .map((one): [string, string] => [one.name, textFor(one, known, chance)])
    return part === spoilt ? spoil(values, asked, manner, known, chance) : values
  }
  const path = Object.fromEntries(valuesIn('path'))
  const query = valuesIn('query').map(([name, value]) => `${escaped(name, chance)}=${escaped(value, chance)}`)
  const headers: Record<string, string> = {}
  for (const [name, value] of [...valuesIn('header'), ...oddHeaders(spoilt === 'header', chance)]) {
    if (name !== '') headers[name.toLowerCase().replace(/[^\w-]/g, '-')] = headerSafe(value)
  }
  const target = operation.path.replace(/\{(\w+)\}/g, (_, name) => escaped(path[name] ?? '', chance))
  const [type, schema] = operation.bodies.length > 0 ? chance.pick(operation.bodies) : []
  const right =
    schema && (!type?.includes('json') || !chance.oneIn(4))
      ? rightBodyOf(operation.name, known, chance)
      : undefined
  const body = schema && bodyFor(schema, right, spoilt === 'body' ? manner : 'valid', known, chance)
  for (const [name, value] of Object.entries(right?.headers ?? {})) headers[name] ??= value
  if (type !== undefined) headers['content-type'] ??= right?.type ?? type
  return {
    operation,
    manner,
    method: spoilt === 'header' && operation.method === 'GET' && chance.oneIn(10) ? 'HEAD' : operation.method,
    target: `${target}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

/** An address that is none, or one that is not in the contract. */
export function astray(operations: readonly Operation[], chance: Chance): FuzzRequest {
  const target = chance.pick([
    '/',
    '/docs/json',
    '/docs/%2e%2e/%2e%2e/etc/passwd',
    '/docs/static/../../../package.json',
    '/v1/%',
    '/v1/%zz',
    '/v1/%c0%ae%c0%ae/',
    '/v1/jobs/%00',
    '//v1//jobs',
    '/v1/jobs/../patients',
    '/V1/JOBS',
    '/v1/jobs/',
    '/metrics',
    '/readyz',
    '/.env',
    '/schemas/__proto__/v1',
    '/schemas/constructor/v1',
    `/${'a'.repeat(7_000)}`,
    `/v1/jobs/${'a'.repeat(300)}`,
    '/v1/welcome?__proto__[role]=admin&constructor.prototype.role=admin',
    '*',
    'http://evil.example.test/v1/jobs',
  ])
  // By chance the method fits, and a session is ended that others still need.
  const { path } = chance.pick(operations.filter((one) => !one.path.startsWith('/v1/session')))
  return {
    manner: 'hostile',
    method: chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND']),
    target: chance.oneIn(3) ? path.replace(/\{\w+\}/, 'x') : target,
    headers: {},
  }
}

function spoil(
  values: [string, string][],
  asked: readonly Parameter[],
  manner: Manner,
  known: Meaningful,
  chance: Chance,
): [string, string][] {
  const one = asked.length > 0 ? chance.pick(asked) : undefined
  const rest = values.filter(([name]) => name !== one?.name)
  const bad =
    one && manner === 'near' ? nearlyValidValue(one.schema, one.name, known, chance) : hostileText(chance)
  const text = typeof bad === 'object' ? JSON.stringify(bad) : String(bad)
  if (one && !chance.oneIn(4)) return [...rest, [one.name, text]]
  const [name = 'q'] = values[0] ?? []
  return chance.pick<[string, string][]>([
    [...values, [name, 'one'], [name, 'two']],
    [...values, [`${name}[$ne]`, '1']],
    [...values, ['__proto__', 'x']],
    [...values, ['role', 'admin']],
    [...values, [hostileText(chance).slice(0, 50), text.slice(0, 2_000)]],
  ])
}

const oddities: readonly [string, string][] = [
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', ' application/json'],
  ['content-type', 'application/json\t'],
  ['content-type', 'text/plain'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-type', 'multipart/form-data; boundary=x'],
  ['content-type', 'application/jsonx'],
  ['content-type', ';;;'],
  ['content-type', ''],
  ['content-encoding', 'gzip'],
  ['transfer-encoding', 'chunked'],
  ['expect', '200-maybe'],
  ['origin', 'https://evil.example.test'],
  ['origin', 'null'],
  ['sec-fetch-site', 'cross-site'],
  ['authorization', 'Bearer'],
  ['authorization', `Bearer rounds_${'a'.repeat(43)}`],
  ['authorization', 'Basic YWRtaW46YWRtaW4='],
  ['cookie', '__Host-rounds=; __Host-rounds=x; a'],
  ['cookie', '__Host-rounds=%zz'],
  ['accept', 'application/xml'],
  ['accept-encoding', 'br;q=1e999'],
  ['range', 'bytes=0-'],
  ['range', 'bytes=-1'],
  ['range', 'bytes=5-2'],
  ['range', 'bytes=0-0,2-3'],
  ['range', 'bytes=99999999999999999999-'],
  ['range', 'bytes=NaN-NaN'],
  ['range', 'rows=1-2'],
  ['if-range', '"nothing"'],
  ['if-range', 'Thu, 99 Foo 9999 99:99:99 GMT'],
  ['if-none-match', '*'],
  ['if-none-match', `"${'x'.repeat(1_000)}"`],
  ['if-match', '*'],
  ['if-match', '""'],
  ['if-match', 'W/"1", ,,'],
  ['last-event-id', '-1'],
  ['last-event-id', 'NaN'],
  ['last-event-id', '99999999999999999999'],
  ['last-event-id', '{"$ne":null}'],
  ['idempotency-key', ''],
  ['idempotency-key', 'x'.repeat(300)],
  ['idempotency-key', '../..:$ne'],
  ['traceparent', '00-00000000000000000000000000000000-0000000000000000-00'],
  ['traceparent', 'ff-zz'],
  ['x-forwarded-for', '127.0.0.1, <script>'],
  ['x-http-method-override', 'DELETE'],
  ['host', 'evil.example.test'],
]

const oddHeaders = (isSpoilt: boolean, chance: Chance): [string, string][] =>
  isSpoilt ? [chance.pick(oddities), ...(chance.oneIn(3) ? [chance.pick(oddities)] : [])] : []

function bodyFor(
  body: JsonSchema,
  right: RightBody | undefined,
  manner: Manner,
  known: Meaningful,
  chance: Chance,
): string {
  if (typeof right?.content === 'string')
    return manner === 'valid' ? right.content : spoiltText(right.content, chance)
  const whole = right?.content ?? validValue(body, '', known, chance)
  if (manner === 'valid') return JSON.stringify(whole)
  if (manner === 'near') return JSON.stringify(nearly(body, right, known, chance))
  const valid = { ...(whole as object | null) } as Record<string, unknown>
  const fields = Object.keys(valid)
  const field = fields.length > 0 ? chance.pick(fields) : 'x'
  const text = JSON.stringify(valid)
  return chance.pick<() => string>([
    () => JSON.stringify({ ...valid, [field]: hostileValue(chance) }),
    () => JSON.stringify({ ...valid, [field]: hostileValue(chance) }),
    () => JSON.stringify({ ...valid, [field]: hostileText(chance) }),
    () => JSON.stringify({ ...valid, [field]: hostileText(chance) }),
    () => JSON.stringify(hostileValue(chance)),
    () => `{"__proto__":{"role":"admin"},${text.slice(1)}`,
    () => text.slice(0, chance.below(text.length)),
    () => `${text}${text}`,
    () => `\ufeff${text}`,
    () => text.replace('{', '{"role":"admin","role":"ops",'),
    () => text.replaceAll('"', "'"),
    () =>
      `{"${field}":${chance.pick(['NaN', '-Infinity', '1e999', '0x1', '01', '.5', '"\\ud800"', '"\\u0000"'])}}`,
    () => '',
    () => '[',
    () => '['.repeat(20_000),
    () => JSON.stringify({ ...valid, [field]: 'x'.repeat(chance.pick([100_000, 270_000])) }),
  ])()
}

/** One field of what is right is as it should not be. */
function nearly(body: JsonSchema, right: RightBody | undefined, known: Meaningful, chance: Chance): unknown {
  const wrong = nearlyValidValue(body, '', known, chance)
  if (right === undefined || !isObject(wrong) || !isObject(right.content)) return wrong
  const fields = Object.keys(wrong)
  if (fields.length === 0) return wrong
  const field = chance.pick(fields)
  return { ...right.content, [field]: wrong[field] }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function spoiltText(text: string, chance: Chance): string {
  const at = chance.below(text.length)
  return chance.pick<() => string>([
    () => '',
    () => text.slice(0, at),
    () => text.slice(at),
    () => `${text}${text}`,
    () => `\ufeff${text}`,
    () => `${text.slice(0, at)}${hostileText(chance)}${text.slice(at)}`,
    () => `${text.slice(0, at)}\u0000${text.slice(at)}`,
    () => text.replaceAll('\n', '\r'),
    () => text.replaceAll(/[",:=]/g, '"'),
    () => `${text}\n${'x'.repeat(chance.pick([10_000, 270_000]))}`,
    () => JSON.stringify(hostileValue(chance)),
  ])()
}

/** The same key means the same wish: most are to be wishes of their own. */
const freshKey = 'idempotency-key'

function textFor({ name, schema }: Parameter, known: Meaningful, chance: Chance): string {
  if (name === freshKey && !chance.oneIn(5)) return `fuzz-${chance.below(1e9)}`
  return String(validValue(schema, name, known, chance))
}

/** Percent-encoded, and now and then badly. */
function escaped(value: string, chance: Chance): string {
  const right = encodeURIComponent(value.toWellFormed())
  if (value === '..' || value === '.') return right.replaceAll('.', '%2e')
  return chance.oneIn(40) ? `${right}${chance.pick(['%', '%z', '%c3', '%00', '+', '%25'])}` : right
}

/** What Node's client would refuse to send stands in `wire-cases.ts`. */
const headerSafe = (value: string) => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000)
