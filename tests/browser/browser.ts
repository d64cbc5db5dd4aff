import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { startStack } from '@rounds/stack'
import { smtpSink } from '@rounds/testing'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { it as anyStory, describe } from 'vitest'
import { findChromium } from '../chromium.ts'

// biome-ignore lint/style/noProcessEnv: only the machine knows where its browser is
const executablePath = findChromium(process.env)

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

export const appointments = 20_000

/**
 * `it`, for stories in one hospital that all files share: starting it takes longer than most of them. So each leaves it as
 * the next one expects it: all services run, and a person speaks the language of before.
 */
export const it = anyStory
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('sink', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const sink = await smtpSink()
    onCleanup(() => sink.close())
    return sink
  })
  .extend('stack', { scope: 'worker' }, async ({ sink }, { onCleanup }) => {
    const stack = await startStack({
      appointments,
      web: true,
      adjust: (service, usual) => ({
        ...usual,
        ...(service === 'mailer' && { SMTP_URL: sink.url }),
        ...(service === 'gateway' && { CANARY_INTERVAL_SECONDS: '1' }),
      }),
    })
    onCleanup(() => stack.stop())
    return stack
  })
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quiet })
    onCleanup(() => browser.close())
    return browser
  })

/** Stories for a machine that has a browser. The hospital is started before them, so that none of them waits for it. */
export function describeInBrowser(name: string, stories: () => void): void {
  describe.skipIf(executablePath === undefined)(name, () => {
    it.beforeAll(({ stack, browser }) => void [stack, browser])
    stories()
  })
}

/** What a screen on a desk shows. */
export const desk = { width: 1280, height: 900 }

export type DemoRole = 'Admin' | 'Doctor' | 'Patient'

/** Somebody at a computer of their own: nothing of another's session is in it. */
export async function person(
  browser: Browser,
  url: string,
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: desk,
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

/** The last ten days, in which the seed leaves appointments to be marked. */
export function lastDays(): string {
  const day = (back: number) =>
    new Date(Date.now() - back * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Kolkata' })
  return `from=${day(9)}&to=${day(0)}`
}

/** What axe finds at fault on the page as it stands, one line each. */
export async function faultsFor(page: Page): Promise<string[]> {
  // Not by a <script>: the policy of the page would refuse it, as it should.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await axeSource())
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    // A colour on its way to another is neither's: there are no ways, and the page has painted where they led.
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still]
    const frame = () => new Promise((painted) => requestAnimationFrame(painted))
    await frame()
    await frame()
    // Of what is in order it need not write down every element.
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still)
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
  })
}

const axeSource = () => readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
