/**
 * Whether a request that changes something may lean on a cookie.
 *
 * Browsers tell with `Sec-Fetch-Site` or `Origin` who made the page; neither can be set by a script. What sends neither
 * is no browser, and nobody's cookie can be borrowed there.
 */
export function isSameOrigin(
  headers: { readonly [name: string]: string | string[] | undefined },
  publicOrigin: string,
): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = headers.origin
  if (origin === undefined) return true
  return origin === publicOrigin || (headers.host !== undefined && hostOf(origin) === headers.host)
}

function hostOf(origin: string | string[]): string | undefined {
  const address = String(origin)
  return URL.canParse(address) ? new URL(address).host : undefined
}
