import { type Chance, chance, type TestStack } from '@rounds/stack'
import { curlLine } from './curl.ts'
import { type Answer, doorClient } from './door-client.ts'
import { notebook, type PartResult } from './findings.ts'
import { faultOf } from './judge.ts'
import { growing } from './known.ts'
import { planted, plantStrangers } from './mongo-strangers.ts'
import { operationsAt } from './operations.ts'
import { prepared } from './prepared.ts'
import { type FuzzPrincipal, freshCookie, meaningfulAt, principalsAt } from './principals.ts'
import { astray, requestTo } from './requests.ts'
import type { Meaningful } from './schema-values.ts'
import { wireCase } from './wire-cases.ts'

/** How many are asked at once; enough to keep two cores busy. */
const atOnce = 12

/** These end the session they come with. */
const endsSession = ['signIn', 'signInDemo', 'signOut']
/** There is nothing to read while every row could be written. */
const needsBrokenRows = 'readReportErrors'
/** Changing these people would lock out those who ask. */
const ownPeople = ['demo-patient', 'demo-doctor']

/** Asks every operation of the door, as everybody, rightly and wrongly; collects every answer that should not be. */
export async function fuzzHttp(
  stack: TestStack,
  { seed, requests }: { seed: number; requests: number },
): Promise<PartResult> {
  const operations = await operationsAt(stack.url)
  const strangers = await plantStrangers(stack.mongo.url)
  const { known: made, system } = await prepared(stack)
  const principals = [...(await principalsAt(stack.url)), system]
  const known = growing({
    ...made,
    ...(await meaningfulAt(stack.url, {
      patientId: [strangers.patientId],
      appointmentId: [strangers.appointmentId],
    })),
  })
  const restartsBefore = stack.restarts('gateway')
  const client = doorClient(stack.url)
  const host = new URL(stack.url).host
  const notes = notebook()
  const statuses = new Map<string, number>()
  const served = new Set<string>()
  const count = (name: string) => void statuses.set(name, (statuses.get(name) ?? 0) + 1)

  let next = 0
  await Promise.all(Array.from({ length: atOnce }, ask))
  client.close()

  // Whoever was shut out on the way asked in vain from then on.
  for (const { name, credentials } of principals)
    for (const headers of credentials) {
      const [kind = 'nothing'] = Object.keys(headers)
      const answer = await fetch(`${stack.url}/v1/doctors?limit=1`, { headers })
      if (name !== 'anonymous' && name !== system.name && !answer.ok)
        notes.note(
          `shut out ${name} ${kind}`,
          `${name} with a ${kind} was shut out: ${answer.status}`,
          `--seed ${seed}`,
        )
    }
  const restarts = stack.restarts('gateway') - restartsBefore
  if (restarts > 0) notes.note('restart', `the gateway ended ${restarts} times`, 'see its log')
  const unserved = operations
    .filter(({ name }) => !served.has(name) && name !== needsBrokenRows)
    .map(({ name }) => name)
  // Too few requests cannot reach everything; many that do not reach it test nothing there.
  if (requests >= 20_000 && unserved.length > 0)
    notes.note('unserved', `never answered 2xx, so hardly fuzzed: ${unserved.join(', ')}`, `--seed ${seed}`)
  const throttled = statuses.get('4xx of which 429') ?? 0
  if (throttled > requests / 10)
    notes.note(
      'throttled',
      `${throttled} of ${requests} were answered 429, and no handler saw them`,
      `--seed ${seed}`,
    )
  return {
    part: 'http',
    counts: {
      requests,
      operations: operations.length,
      served: served.size,
      ...Object.fromEntries([...statuses].toSorted()),
    },
    findings: notes.findings(),
  }

  async function ask(): Promise<void> {
    for (let index = next++; index < requests; index = next++) {
      const chanceHere = chance(seed * 1_000_003 + index)
      const kind = chanceHere.below(100)
      if (kind === 0) await askRaw(index, chanceHere)
      else await askWell(index, chanceHere, kind <= 2)
    }
  }

  async function askRaw(index: number, chanceHere: Chance): Promise<void> {
    const bytes = wireCase(host, chanceHere)
    const again = `printf '%s' ${JSON.stringify(bytes.toString('latin1').slice(0, 500))} | nc ${host.replace(':', ' ')}`
    const answer = await client.raw(bytes, index).catch((error) => {
      notes.note('wire hang', `broken HTTP: ${error.message}`, again)
      return undefined
    })
    count(answer ? `${Math.floor(answer.status / 100)}xx` : 'hung up on')
    const fault = answer && answer.status !== 101 ? faultOf(answer, undefined, 'GET') : undefined
    if (fault) notes.note(`wire ${fault}`, `broken HTTP: ${fault}`, again)
  }

  async function askWell(index: number, chanceHere: Chance, isAstray: boolean): Promise<void> {
    const { principal, request } = await composed(chanceHere, isAstray)
    const where = `${request.operation?.name ?? 'no route'} as ${principal.name}`
    let answer: Answer
    try {
      answer = await client.send(request, index)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const isTooLong = (request.body?.length ?? 0) > 200_000 || request.headers.expect !== undefined
      // Hanging up on a body that is too large is an answer too.
      if (isTooLong && (code === 'ECONNRESET' || code === 'EPIPE')) return count('hung up on')
      notes.note(`${where} ${code}`, `${where}: no answer (${code ?? message})`, curlLine(stack.url, request))
      return
    }
    count(`${Math.floor(answer.status / 100)}xx`)
    if (answer.status === 429) count('4xx of which 429')
    if (request.operation && answer.status < 300) served.add(request.operation.name)
    if (answer.status === 201 || answer.status === 202) known.add(answer.body)
    const fault = faultOf(answer, request.operation, request.method) ?? leak(answer, principal)
    if (fault)
      notes.note(
        `${request.operation?.name} ${fault}`,
        `${where}, ${request.manner}: ${fault}: ${answer.body.toString('latin1').slice(0, 300)}`,
        curlLine(stack.url, request),
      )
  }

  async function composed(chanceHere: Chance, isAstray: boolean) {
    const operation = chanceHere.pick(operations)
    const able = operation.name === 'eventRoutes' ? [system.name] : ['admin', 'approver']
    const principal = chanceHere.pick(
      chanceHere.oneIn(3) ? principals.filter(({ name }) => able.includes(name)) : principals,
    )
    const around = safeToChange(operation.name, known.for(operation, chanceHere))
    const request = isAstray ? astray(operations, chanceHere) : requestTo(operation, around, chanceHere)
    const credential = endsSession.includes(operation.name)
      ? await throwawayCredential(operation.name, chanceHere)
      : chanceHere.pick(principal.credentials)
    return { principal, request: { ...request, headers: { ...credential, ...request.headers } } }
  }

  async function throwawayCredential(operation: string, chanceHere: Chance): Promise<Record<string, string>> {
    if (operation !== 'signOut' || !chanceHere.oneIn(10)) return {}
    return { cookie: await freshCookie(stack.url, 'admin') }
  }
}

function safeToChange(operation: string, known: Meaningful): Meaningful {
  if (operation !== 'changePatient' && operation !== 'changeDoctor') return known
  const without = (ids: readonly unknown[] = []) => ids.filter((id) => !ownPeople.includes(String(id)))
  return { ...known, patientId: without(known.patientId), doctorId: without(known.doctorId) }
}

/** Data of somebody else's, shown to one who may not see it. */
function leak({ body }: Answer, { name }: FuzzPrincipal): string | undefined {
  const shown = planted.filter((one) => body.includes(one.word) && !one.for.some((who) => who === name))
  return shown.length > 0 ? `${name} was shown what belongs to another: ${shown[0]?.word}` : undefined
}
