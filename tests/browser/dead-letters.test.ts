import { encodeEvent, reportRequested, reportsExportsConsumer } from '@rounds/contracts'
import { type Bus, connectTo, eventMaker, jetstreamBus } from '@rounds/messaging'
import type { Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { describeInBrowser, faultsFor, it, person, signIn } from './browser.ts'

const silent = { info() {}, warn() {}, error() {}, debug() {} }

describeInBrowser('the page of the dead letters', () => {
  let bus: Bus

  it.beforeAll(async ({ stack }) => {
    const { url, passwordOf } = stack.nats
    bus = jetstreamBus(
      await connectTo({ url, user: 'gateway', password: passwordOf('gateway'), log: silent }),
      { log: silent },
    )
  })
  afterAll(() => bus?.close())

  it('shows what is wrong at its path, and sends what was mended back to the one who could not take it', async ({
    stack,
    browser,
  }) => {
    await spoil('r-mended')
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.getByRole('link', { name: /^Dead letters 1/ }).click()
    await page.getByRole('link', { name: 'Open: report.requested, reports-exports' }).first().click()
    await page.getByRole('listitem').filter({ hasText: '/data/flavour' }).first().waitFor()
    await page.getByText('"reportId": "r-mended"').first().waitFor()

    const send = page.getByRole('button', { name: 'Send as new event' })
    expect(await send.isDisabled()).toBe(true)
    await page.getByLabel('Data (JSON)').fill('{"reportId": ')
    await page.getByText('This is not JSON yet.').waitFor()
    await page.getByLabel('Data (JSON)').fill('{"reportId": "../etc"}')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByRole('status').getByText('/data/reportId').waitFor()
    await page.getByLabel('Data (JSON)').fill(JSON.stringify(requested('r-mended').data))
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('It is as the contract says.').waitFor()
    await send.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByText('with the broker since').waitFor({ timeout: 20_000 })

    await page.getByRole('link', { name: /[0-9a-f-]{16}/ }).click()
    await page.getByText('report.requested', { exact: true }).first().waitFor({ timeout: 20_000 })
    await page.getByRole('link', { name: 'reports-exports could not take it' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('counts before it does anything to many, replays them at a rate, and gives the rest up with a reason', async ({
    stack,
    browser,
  }) => {
    await spoil('r-one')
    await spoil('r-two')
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/dead-letters?state=open')
    await page.getByRole('button', { name: 'Replay all' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/^2 open letters/).waitFor({ timeout: 20_000 })
    await dialog.getByRole('button', { name: 'Replay them' }).click()
    await page.getByText('2 of 2 with the broker').waitFor({ timeout: 20_000 })

    // Nothing was mended, so both die again.
    await page
      .getByRole('link', { name: 'Open: report.requested, reports-exports' })
      .nth(1)
      .waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: 'Discard all' }).click()
    await dialog.getByText(/^2 open letters/).waitFor({ timeout: 20_000 })
    expect(await dialog.getByRole('button', { name: 'Discard them' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('A test of the fire brigade')
    await dialog.getByRole('button', { name: 'Discard them' }).click()
    await page.getByText('No dead letters here').waitFor({ timeout: 20_000 })
    await page.goto('/dead-letters?state=discarded')
    await page
      .getByRole('link', { name: /^Open: / })
      .first()
      .click()
    await page.getByText(/A test of the fire brigade/).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows how long each consumer took to answer, and who has fallen silent', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/dead-letters')
    const table = page.getByRole('table', { name: /^Each consumer/ })
    const rowOf = (consumer: string) => table.getByRole('row').filter({ hasText: consumer })
    await rowOf('mailer-mail').getByText('Answers').waitFor({ timeout: 20_000 })
    await rowOf('mailer-mail')
      .getByText(/^[\d,]+ ms$/)
      .waitFor()

    await stack.services.scheduler.stop()
    await rowOf('scheduler')
      .first()
      .getByText(/^Silent since/)
      .waitFor({ timeout: 60_000 })
    await rowOf('mailer-mail').getByText('Answers').waitFor()
    expect(await faultsFor(page)).toEqual([])
    await stack.services.scheduler.start()
    await stack.ready('scheduler')
    expect(complaints).toEqual([])
    await context.close()
  })

  it.for(['light', 'dark'] as const)(
    'can be used by everybody: %s, and on a phone',
    async (colorScheme, { stack, browser }) => {
      await spoil(`r-${colorScheme}`)
      const { page, context } = await person(browser, stack.url)
      await page.emulateMedia({ colorScheme })
      await signIn(page, 'Admin')
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 })
        await page.goto('/dead-letters')
        await page
          .getByRole('link', { name: 'Open: report.requested, reports-exports' })
          .first()
          .waitFor({ timeout: 20_000 })
        expect(await faultsFor(page)).toEqual([])
        await page.getByRole('link', { name: 'Open: report.requested, reports-exports' }).first().click()
        await page.getByRole('heading', { level: 1, name: 'Dead letter' }).waitFor()
        await page.getByRole('heading', { name: 'What it carries' }).waitFor()
        expect(await faultsFor(page)).toEqual([])
        expect(await overflow(page)).toBe(0)
      }
      await context.close()
    },
  )

  let spoiled = 0
  /** A request for a report that names no report, at the door of the one who writes them. */
  async function spoil(reportId: string) {
    const { headers } = encodeEvent(requested(reportId))
    const body = new TextEncoder().encode(JSON.stringify({ reportId, flavour: 7 }))
    await bus.replay({ headers, body }, reportsExportsConsumer, `spoiled-${spoiled++}`)
  }
})

function requested(reportId: string) {
  return eventMaker('gateway')(reportRequested, {
    reportId,
    report: 'appointments',
    parameters: {},
    flavour: 'standard',
    gzip: false,
    requestedBy: 'adm-1',
    role: 'admin',
  })
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
