import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInBrowser, it, person, signIn } from './browser.ts'

describeInBrowser('the pages of the schedules', () => {
  it('make a schedule, change it and run it, without a mouse, and show what came of it', async ({
    stack,
    browser,
  }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/schedules')
    await press(page, 'link', 'New schedule')

    await page.getByLabel('Name').fill('Appointments of the week')
    await choose(page, 'Purpose', 'Report')
    await choose(page, 'Report', 'Appointments')
    await choose(page, 'Days', 'The week before, from Monday')
    await page.getByRole('radio', { name: 'Weekly' }).focus()
    await page.keyboard.press('Space')
    await page.locator('input[type="time"]').fill('06:45')
    await page.getByText('45 6 * * 1', { exact: true }).waitFor()
    await page
      .getByText(/06:45.*Monday/)
      .first()
      .waitFor()
    expect(await page.getByRole('row').count()).toBe(21)
    await press(page, 'button', 'Save')
    await page.getByRole('heading', { level: 1, name: 'Appointments of the week' }).waitFor()

    await press(page, 'link', 'Edit')
    await page.getByRole('radio', { name: 'Cron' }).focus()
    await page.keyboard.press('Space')
    await page.getByLabel('Cron expression').fill('0 6 1-100000000 * *')
    await page
      .getByText(/^dayOfMonth: |^day of month: |must be|too/i)
      .first()
      .waitFor()
    await page.getByLabel('Cron expression').fill('0 6 L * *')
    await page
      .getByText(/last day of the month/)
      .first()
      .waitFor()
    await press(page, 'button', 'Save')
    await page
      .getByText(/last day of the month/)
      .first()
      .waitFor()

    await press(page, 'button', 'Run now')
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).focus()
    await page.keyboard.press('Enter')
    const row = page.getByRole('row').filter({ hasText: 'A person' })
    await row.getByText('Fired').waitFor({ timeout: 30_000 })
    await row.getByRole('link', { name: 'The report' }).click({ timeout: 30_000 })
    await page
      .getByRole('link', { name: /^Download/ })
      .first()
      .waitFor({ timeout: 60_000 })

    expect(complaints).toEqual([])
    await context.close()
  })

  it('hold a schedule for a reason that everybody reads, and let it go on', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/schedules')
    await press(page, 'link', 'Visit reminders')
    await press(page, 'button', 'Pause')
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Pause' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('Power cut on Sunday')
    await dialog.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('None while it is paused.').waitFor()

    await page.goto('/schedules')
    await page.getByText(/^Paused by .*: Power cut on Sunday$/).waitFor()
    await press(page, 'link', 'Visit reminders')
    await press(page, 'button', 'Go on')
    await page.getByText('None while it is paused.').waitFor({ state: 'detached' })
    await page
      .getByRole('cell', { name: /07:30 \+05:30/ })
      .first()
      .waitFor()

    expect(complaints).toEqual([])
    await context.close()
  })

  it('take a schedule away for good, once it was asked whether that is meant', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/schedules')
    await press(page, 'link', 'Nightly completeness check')
    await press(page, 'button', 'Remove')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It never fires again.').waitFor()
    await dialog.getByRole('button', { name: 'Leave it as it is' }).last().click()
    await dialog.waitFor({ state: 'detached' })
    await press(page, 'button', 'Remove')
    await dialog.getByRole('button', { name: 'Remove' }).focus()
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor()
    await page.getByRole('link', { name: 'Visit reminders' }).waitFor()
    await page.getByRole('link', { name: 'Nightly completeness check' }).waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  })

  it('refuse a change made on the ground of what somebody else has changed since', async ({
    stack,
    browser,
  }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/schedules/monthly-activity/edit')
    await page.getByLabel('Name').fill('Mine')
    const { page: other, context: theirs } = await person(browser, stack.url)
    await signIn(other, 'Admin')
    await other.goto('/schedules/monthly-activity/edit')
    await other.getByLabel('Name').fill('Theirs')
    await press(other, 'button', 'Save')
    await other.getByRole('heading', { level: 1, name: 'Theirs' }).waitFor()

    await press(page, 'button', 'Save')

    await page.getByRole('alert').getByText('Somebody changed this meanwhile').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('Mine')
    await context.close()
    await theirs.close()
  })
})

/** As somebody without a mouse does. */
async function press(page: Page, role: 'button' | 'link', name: string) {
  await page.getByRole(role, { name, exact: true }).first().focus()
  await page.keyboard.press('Enter')
}

/** Arrow by arrow, from wherever the list begins. */
async function choose(page: Page, label: string, option: string) {
  const field = page.getByRole('combobox', { name: label, exact: true })
  await field.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: option, exact: true }).waitFor()
  const active = async () => {
    const id = await field.getAttribute('aria-activedescendant')
    return id ? page.locator(`[id="${id}"]`).textContent() : undefined
  }
  await expect
    .poll(
      async () => {
        if ((await active()) !== option) await page.keyboard.press('ArrowDown')
        return active()
      },
      { interval: 20 },
    )
    .toBe(option)
  await page.keyboard.press('Enter')
}
