import type { Asked } from '../program.ts'
import type { Load, Loaded } from './generator.ts'

/** Puts this load on somebody, who must not refuse anything. */
export async function load(generator: Asked, what: Load): Promise<Loaded> {
  const loaded = await generator.ask<Loaded>(what)
  if (Object.keys(loaded.refused).length > 0)
    throw new Error(`${what.method} ${what.path} was refused: ${JSON.stringify(loaded.refused)}`)
  return loaded
}

/** The header by which the door knows whoever is signed in here. */
export const cookieOf = async (url: string, role: 'admin'): Promise<string> => {
  const answer = await fetch(`${url}/v1/session/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
  })
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('__Host-rounds='))
  if (!answer.ok || cookie === undefined) throw new Error(`signing in answered ${answer.status}`)
  return cookie.split(';', 1)[0] ?? ''
}
