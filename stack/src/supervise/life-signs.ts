/** Why a process says that it should be started again; nothing while it says no such thing, or does not answer. */
export async function stuckBecause(liveUrl: string): Promise<string | undefined> {
  try {
    const response = await fetch(liveUrl, { signal: AbortSignal.timeout(3_000) })
    const { checks = [] } = (await response.json()) as { checks?: { ok: boolean; reason?: string }[] }
    if (response.status !== 503) return undefined
    return checks.find(({ ok }) => !ok)?.reason ?? 'it does not say why'
  } catch {
    // Not listening yet, or no longer: ending is noticed otherwise.
    return undefined
  }
}
