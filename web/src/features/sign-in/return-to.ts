/** Where to go after signing in: a path of this site, whatever the address bar was made to say. */
export function returnTo(asked: unknown): string | undefined {
  if (typeof asked !== 'string' || !asked.startsWith('/')) return undefined
  // "//evil.test" and "/\evil.test" are other sites to a browser.
  const url = new URL(asked, 'http://here.invalid')
  const path = url.pathname + url.search + url.hash
  return url.host === 'here.invalid' && !path.startsWith('//') && !path.startsWith('/sign-in')
    ? path
    : undefined
}
