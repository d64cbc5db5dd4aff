/** How long to wait before the nth try to reconnect: twice as long each time up to 30 s, and never all tabs at once. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** attempt)
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}
