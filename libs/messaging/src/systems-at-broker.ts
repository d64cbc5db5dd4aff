import { systemIdPattern } from '@rounds/contracts'

const isSystem = new RegExp(systemIdPattern)

/**
 * The other systems that have an account at the broker, as its monitoring page tells: its configuration is what says who
 * may come, also when everything else was lost. Undefined when nobody answers.
 */
export async function systemsAtBroker(monitorUrls: string): Promise<readonly string[] | undefined> {
  for (const url of monitorUrls.split(',')) {
    try {
      const answer = await fetch(new URL('/accountz', url.trim()), { signal: AbortSignal.timeout(3_000) })
      const { accounts } = (await answer.json()) as { accounts?: readonly string[] }
      if (accounts) return accounts.filter((name) => isSystem.test(name)).toSorted()
    } catch {
      // The next one may answer.
    }
  }
  return undefined
}
