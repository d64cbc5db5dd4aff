import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import {
  appointments,
  type DemoRole,
  describeInBrowser,
  desk,
  faultsFor,
  it,
  lastDays,
  person,
  signIn,
} from './browser.ts'
import { endEmergencyAccess } from './mongo-emergency-access.ts'

describeInBrowser('the pages of the hospital', () => {
  it('makes a report while the admin goes on working, and gives the file', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await askForAppointments(page)

    await expect.poll(() => titleOrReady(page), { timeout: 60_000 }).toMatch(/^\(\d+%\)|ready/)
    await page.getByRole('link', { name: 'Appointments', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Appointments' }).waitFor()
    await page.getByRole('link', { name: 'Reports' }).click()

    const { rows, text } = await download(page)
    expect(rows).toBe(appointments)
    expect(text.startsWith('Appointment,')).toBe(true)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('shows the bar with its rows while the report is written', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    const { reports } = stack.services
    // Frozen: the bar of a report that is written at once is there for too short a time.
    reports.kill('SIGSTOP')
    try {
      await askForAppointments(page)
      expect(await barOf(page)).toMatch(/rows|Counting|Waiting|Sealing/)
    } finally {
      reports.kill('SIGCONT')
    }
    await page
      .getByRole('link', { name: /^Download/ })
      .first()
      .waitFor()
    await context.close()
  })

  it('has the report ready when the tab was closed and opened again', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await askForAppointments(page)
    await page.close()

    const later = await context.newPage()
    await later.goto('/reports')

    expect((await download(later)).rows).toBe(appointments)
    expect(await later.getByRole('button', { name: /^Finished reports, \d+ new/ }).count()).toBe(1)
    await context.close()
  })

  it('stops a report that is called off, after asking whether that is meant', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Doctor')
    // Frozen: a report that is ready before the answer is given cannot be called off any more.
    const { reports } = stack.services
    reports.kill('SIGSTOP')
    try {
      await page.goto('/reports?new=true')
      await page.getByRole('button', { name: 'Make the report' }).click()
      await page
        .getByRole('button', { name: /^Cancel Appointments/ })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel the report' }).click()

      await page.getByText('Cancelled', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'Run again' }).first().waitFor()
    } finally {
      reports.kill('SIGCONT')
    }
    await context.close()
  })

  it('shows a patient their own visits only, whatever page they ask for', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Patient')
    await page.getByRole('heading', { name: 'Past visits' }).waitFor()
    const answer = await page.request.get('/v1/appointments?limit=200')
    const { items } = (await answer.json()) as { items: Array<{ patient: { id: string } }> }

    expect(items.length).toBeGreaterThan(0)
    expect(new Set(items.map(({ patient }) => patient.id))).toEqual(new Set([stack.logins.patient.personId]))
    expect(await page.getByRole('article').count()).toBeGreaterThan(0)
    await page.getByText('What the doctor found', { exact: true }).first().click()
    await page.getByText('Diagnosis', { exact: true }).waitFor()

    await page.goto('/appointments')
    await page.getByRole('heading', { level: 1, name: 'My visits' }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('answers for somebody else’s report like for one that does not exist', async ({ stack, browser }) => {
    const { page: admins, context: adminsContext } = await person(browser, stack.url)
    await signIn(admins, 'Admin')
    await askForAppointments(admins)
    await admins.getByRole('article').first().getByRole('link').first().click()
    await admins.waitForURL(/\/reports\/.+/)
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Patient')

    await page.goto(new URL(admins.url()).pathname)

    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor()
    await context.close()
    await adminsContext.close()
  })

  it('opens a stranger’s history to a doctor who says why, for an hour, and shows admins who did', async ({
    stack,
    browser,
  }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Doctor')
    const stranger = await strangerTo(page)
    await page.goto('/reports?new=true')
    const form = page.getByRole('dialog', { name: 'New report' })
    await form.getByRole('radio', { name: /^Treatment history/ }).click()
    await form.getByRole('combobox', { name: 'Patient' }).fill(stranger.number)
    await page.getByRole('option', { name: stranger.number }).click()
    await form.getByRole('button', { name: 'Make the report' }).click()

    const reason = 'Found unconscious, no relatives reached'
    await giveReason(page, reason)
    await form.waitFor({ state: 'hidden' })
    await download(page)

    await endEmergencyAccess(stack.mongo.url)
    await page
      .getByRole('article')
      .first()
      .getByRole('link', { name: /^Download/ })
      .click()
    const [taken] = await Promise.all([page.waitForEvent('download'), giveReason(page, reason)])
    expect((await readFile(await taken.path(), 'utf8')).length).toBeGreaterThan(0)

    const { page: admins, context: theirs } = await person(browser, stack.url)
    await signIn(admins, 'Admin')
    await admins.getByRole('link', { name: 'Emergency access' }).click()
    const row = admins.getByRole('row', { name: reason })
    await row.first().waitFor()
    expect([await row.count(), await row.first().textContent()]).toEqual([
      2,
      expect.stringContaining(stranger.name),
    ])
    expect(complaints).toEqual([])
    await context.close()
    await theirs.close()
  })

  it('lets the doctor mark an appointment checked, with what was found', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Doctor')
    await page.goto(`/appointments?${lastDays()}&status=booked`)
    const marks = page.getByRole('button', { name: /^Mark checked/ })
    await marks.first().waitFor()
    const before = await marks.count()

    await marks.first().focus()
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Mark checked' }).click()
    await dialog.getByText('Please write what you found.').waitFor()
    await dialog.getByLabel('Diagnosis').fill('Mild fever; nothing else found.')
    await dialog.getByRole('button', { name: 'Mark checked' }).click()

    await page.getByText(/is marked checked/).waitFor()
    await expect.poll(() => marks.count(), { timeout: 10_000 }).toBe(before - 1)
    await page.reload()
    await marks.first().waitFor()
    await expect.poll(() => marks.count(), { timeout: 10_000 }).toBe(before - 1)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('leads back to the page that was asked for, and out again', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await page.goto('/reports?new=true')
    await page.getByLabel('Sign-in name').fill(stack.logins.admin.login)
    await page.getByRole('textbox', { name: 'Password' }).fill('not this one')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Name or password is not right.').waitFor()

    await page.getByRole('textbox', { name: 'Password' }).fill(stack.logins.admin.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('dialog', { name: 'New report' }).waitFor()

    await page.goto('/reports')
    await page.getByRole('button', { name: /Admin$/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await context.close()
  })

  it('says that it reconnects when the gateway goes, and is live again by itself', async ({
    stack,
    browser,
  }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.getByText('Live', { exact: true }).first().waitFor()

    stack.kill('gateway')

    await page
      .getByText(/^Reconnecting/)
      .first()
      .waitFor()
    await stack.ready('gateway')
    await page.getByText('Live', { exact: true }).first().waitFor({ timeout: 60_000 })
    await context.close()
  })

  const pages = [
    ['Admin', '/appointments'],
    ['Admin', '/appointments?status=missed&all=true'],
    ['Admin', '/reports'],
    ['Admin', '/reports?new=true'],
    ['Admin', 'a report'],
    ['Admin', '/campaigns'],
    ['Admin', '/campaigns/new'],
    ['Admin', '/deliveries'],
    ['Admin', '/deliveries?tab=doubt'],
    ['Admin', '/deliveries?tab=suppressions'],
    ['Admin', '/schedules'],
    ['Admin', '/schedules/daily-reminders'],
    ['Admin', '/schedules/daily-reminders/edit'],
    ['Admin', '/dead-letters'],
    ['Admin', '/chains?about=nothing'],
    ['Admin', '/chat'],
    ['Admin', '/chat/new'],
    ['Admin', '/chat/demo-doctor'],
    ['Admin', '/chat/demo-doctor/edit'],
    ['Admin', '/chat/posts'],
    ['Admin', '/chat/posts?tab=doubt'],
    ['Doctor', '/appointments?all=true'],
    ['Patient', '/history'],
    ['Patient', '/reports?new=true'],
    ['Patient', '/messages'],
    ['Patient', '/nowhere'],
    [undefined, '/sign-in'],
    [undefined, '/unsubscribe/no.such.token'],
  ] as const

  /** Those who read these pages, each signed in once. */
  const readers = new Map<DemoRole | undefined, Awaited<ReturnType<typeof person>>>()
  afterAll(() => Promise.all(Array.from(readers.values(), ({ context }) => context.close())))
  async function reader(role: DemoRole | undefined, browser: Browser, url: string) {
    const known = readers.get(role)
    if (known) return known
    const one = await person(browser, url)
    readers.set(role, one)
    if (role) await signIn(one.page, role)
    return one
  }

  it('are built for production, whoever built them', async ({ stack }) => {
    const page = await (await fetch(stack.url)).text()
    const entry = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
    const script = await (await fetch(new URL(entry ?? '/none', stack.url))).text()
    expect(script.length).toBeGreaterThan(10_000)
    expect(script).not.toContain('jsxDEV')
  })

  it.for(pages)(
    'leaves nothing for axe to find and fits 320 pixels: %s at %s',
    async ([role, path], { stack, browser }) => {
      const { page, complaints } = await reader(role, browser, stack.url)
      await page.setViewportSize(desk)
      await page.emulateMedia({ colorScheme: 'light' })
      await visit(page, path)

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
        expect({ colorScheme, faults: await faultsFor(page) }).toEqual({ colorScheme, faults: [] })
      }
      await page.setViewportSize({ width: 320, height: 700 })
      await expect.poll(() => overflowOf(page)).toBeLessThanOrEqual(0)
      expect(await faultsFor(page)).toEqual([])
      expect(complaints.splice(0)).toEqual([])
    },
  )
})

const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

async function askForAppointments(page: Page) {
  await page.goto('/reports')
  await page.getByRole('button', { name: 'New report' }).first().click()
  await page.getByRole('button', { name: 'Make the report' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

/** A patient whom this doctor does not treat: their contact data stays hidden from them. */
async function strangerTo(page: Page): Promise<{ name: string; number: string }> {
  const answer = await page.request.get('/v1/patients?limit=200')
  const { items } = (await answer.json()) as { items: { name: string; number: string; mail?: string }[] }
  const stranger = items.find(({ mail }) => mail === undefined)
  if (!stranger) throw new Error('this doctor treats everybody')
  return stranger
}

async function giveReason(page: Page, reason: string): Promise<void> {
  await page
    .getByText(/whom you (do not )?treat/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Open in an emergency' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open this history in an emergency?' })
  const open = dialog.getByRole('button', { name: 'Open for one hour' })
  expect(await open.isEnabled()).toBe(false)
  await dialog.getByLabel('Reason').fill(reason)
  await open.click()
  await dialog.waitFor({ state: 'hidden' })
}

const titleOrReady = async (page: Page) =>
  (await page.getByRole('link', { name: /^Download/ }).count()) > 0 ? 'ready' : page.title()

const barOf = (page: Page) =>
  page.getByRole('progressbar').first().getAttribute('aria-valuetext', { timeout: 60_000 })

/** Takes the latest report from the page. */
async function download(page: Page): Promise<{ rows: number; text: string }> {
  const link = page
    .getByRole('article')
    .first()
    .getByRole('link', { name: /^Download/ })
  await link.waitFor({ timeout: 60_000 })
  const [taken] = await Promise.all([page.waitForEvent('download'), link.click()])
  const text = await readFile(await taken.path(), 'utf8')
  return { rows: recordsIn(text) - 1, text }
}

/** Line ends within quotes are part of a field, not the end of a record. */
const recordsIn = (csv: string) => csv.replaceAll(/"(?:[^"]|"")*"/g, '').split('\r\n').length - 1

async function visit(page: Page, path: string) {
  if (path === 'a report') {
    await askForAppointments(page)
    await page.getByRole('article').first().getByRole('link').first().click()
    await page.getByRole('heading', { name: 'What happened' }).waitFor()
  } else {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  await page.waitForLoadState('load')
  await expect.poll(() => page.getByLabel('Loading…').count(), { timeout: 30_000 }).toBe(0)
  if (path.includes('new=')) await page.getByRole('button', { name: 'Make the report' }).waitFor()
}
