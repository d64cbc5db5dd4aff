import { isTooDeep, strangerInText } from '@rounds/contracts'
import type { FastifyInstance } from 'fastify'
import { type Fault, ProblemError } from './problem-error.ts'

/** More places than these are nobody's mistake. */
const mostFaults = 20

/**
 * Makes every text of a JSON body and of a query the one form of what it looks like (NFC), so that search finds it however it
 * was typed, and refuses what no text has: NUL, escape and other controls; and nesting without bounds. For all routes at once, before their schemas; what comes as bytes is read elsewhere.
 */
export function refuseControlCharacters(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const inQuery = cleaned(request.query, '/query')
    if (inQuery.length > 0)
      throw new ProblemError(400, 'INVALID_REQUEST', 'The request is not as the contract says', {
        errors: inQuery,
      })
    if (isHolder(request.body) && isTooDeep(request.body))
      throw new ProblemError(400, 'INVALID_REQUEST', 'The request is not as the contract says', {
        errors: [{ pointer: '/', detail: 'is nested too deeply' }],
      })
    const inBody = cleaned(request.body, '')
    if (inBody.length > 0)
      throw new ProblemError(422, 'TEXT_REFUSED', 'A text has a character that cannot be kept', {
        errors: inBody,
      })
  })
}

type Holder = Record<string, unknown>

/** Normalises in place, and tells where a text cannot be kept. */
function cleaned(root: unknown, at: string): Fault[] {
  const faults: Fault[] = []
  const left: [Holder, string][] = isHolder(root) ? [[root, at]] : []
  for (let next = left.pop(); next && faults.length < mostFaults; next = left.pop()) {
    const [holder, pointer] = next
    for (const [name, value] of Object.entries(holder)) {
      if (strangerInText(name))
        faults.push({ pointer: pointer || '/', detail: `has a field whose name has ${strangerInText(name)}` })
      else if (typeof value === 'string') {
        const stranger = strangerInText(value)
        if (stranger)
          faults.push({
            pointer: `${pointer}/${escaped(name)}`,
            detail: `has ${stranger}, which no text may have`,
          })
        else holder[name] = value.normalize('NFC')
      } else if (isHolder(value)) left.push([value, `${pointer}/${escaped(name)}`])
    }
  }
  return faults
}

/** Objects and lists as JSON makes them; not the bytes of an upload, nor a stream. */
function isHolder(value: unknown): value is Holder {
  if (Array.isArray(value)) return true
  if (typeof value !== 'object' || value === null) return false
  const made = Object.getPrototypeOf(value)
  return made === Object.prototype || made === null
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
