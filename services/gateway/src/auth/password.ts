import { hash, verify } from '@node-rs/argon2'

/** argon2id (the library's default), 19 MiB, two passes: OWASP's first recommendation. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string): Promise<string> => hash(password, options)

let decoy: Promise<string> | undefined

/** Takes as long for an account that does not exist as for one that does: timing tells nobody who has an account. */
export async function isPassword(kept: string | undefined, given: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const matches = await verify(kept ?? (await decoy), given)
  return matches && kept !== undefined
}
