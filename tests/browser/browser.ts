import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const quiet = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: quiet })

export type DemoRole = 'Admin' | 'Doctor' | 'Patient'

/** Somebody at a computer of their own: nothing of another's session is in it. */
export async function person(
  browser: Browser,
  url: string,
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 900 },
    // Not the hospital's: times that are right only where the reader sits in India would be seen here.
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  return { context, page, complaints: complaintsOf(page) }
}

/** What the browser refused or the page broke over. A 401 before anybody is signed in is an answer like others. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) complaints.push(message.text())
  })
  return complaints
}

/** Signs in on the page, by the buttons of a demo hospital. */
export async function signIn(page: Page, role: DemoRole): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: new RegExp(`^${role}`) }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

/** What axe finds at fault on the page as it stands, one line each. */
export async function faultsFor(page: Page): Promise<string[]> {
  // Not by a <script>: the policy of the page would refuse it, as it should.
  await page.evaluate(await axeSource())
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document)
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
  })
}

const axeSource = () => readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
