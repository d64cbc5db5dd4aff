import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInBrowser, faultsFor, it, lastDays, person, signIn } from './browser.ts'

const diagnosis = 'Influenza A, nothing else found'

describeInBrowser('what a person typed', () => {
  it('stays over a lost network and the end of the session, is kept nowhere else, and is saved then', async ({
    stack,
    browser,
  }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Doctor')
    await writeDiagnosis(page)
    const dialog = page.getByRole('dialog', { name: 'Mark checked' })

    await context.setOffline(true)
    await dialog.getByRole('button', { name: 'Mark checked' }).click()
    await dialog.getByText('Not saved. Your text is still here.').waitFor()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await context.setOffline(false)

    await context.clearCookies()
    const again = page.getByRole('dialog', { name: 'Your session ended' })
    await again.waitFor()
    // Neither seen nor heard, while one is asked to sign in.
    expect(await page.locator('body').ariaSnapshot()).not.toMatch(/Influenza|Appointments|Mark checked/)
    expect(
      await page
        .getByText(/Influenza|Patient/)
        .filter({ visible: true })
        .count(),
    ).toBe(1)
    expect(await faultsFor(page)).toEqual([])
    expect(await stored(page)).not.toMatch(/Influenza/)
    await page.keyboard.press('Escape')

    await again.getByRole('button', { name: /^Doctor/ }).click()
    await again.waitFor({ state: 'detached' })
    expect(await dialog.getByLabel('Diagnosis').inputValue()).toBe(diagnosis)
    await dialog.getByRole('button', { name: 'Mark checked' }).click()
    await page.getByText(/is marked checked/).waitFor()
    await dialog.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  })

  it('is gone once somebody else signs in', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Doctor')
    await writeDiagnosis(page)
    await context.clearCookies()
    await page.getByRole('dialog').getByRole('button', { name: 'Mark checked' }).click()
    const again = page.getByRole('dialog', { name: 'Your session ended' })
    await again.waitFor()
    await again.getByRole('button', { name: /^Admin/ }).click()

    await page.getByRole('link', { name: 'Campaigns' }).waitFor()
    expect(await page.content()).not.toContain('Influenza')
    expect(await stored(page)).not.toMatch(/Influenza/)
    await context.close()
  })

  it('is asked about before it is left, and a page first opened while the gateway is away comes by itself', async ({
    stack,
    browser,
  }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/campaigns/new')
    await page.getByRole('textbox', { name: 'Subject' }).fill('Opening hours')
    await page.getByRole('link', { name: 'Systems' }).click()
    const question = page.getByRole('dialog', { name: 'Leave without saving?' })
    await question.getByRole('button', { name: 'Stay here' }).click()
    expect(await page.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe('Opening hours')

    await context.setOffline(true)
    await page.getByRole('link', { name: 'Systems' }).click()
    await question.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByText('Check the network. We keep trying.').waitFor()
    expect(await page.locator('main').count()).toBe(1)
    expect(await page.getByText('This page has a fault').count()).toBe(0)
    await context.setOffline(false)
    await page.getByRole('heading', { level: 1, name: 'Systems' }).waitFor()
    await context.close()
  })
})

async function writeDiagnosis(page: Page): Promise<void> {
  await page.goto(`/appointments?${lastDays()}&status=booked`)
  await page
    .getByRole('button', { name: /^Mark checked: / })
    .first()
    .click()
  await page.getByLabel('Diagnosis').fill(diagnosis)
}

/** All that the browser keeps of this site. */
const stored = (page: Page): Promise<string> =>
  page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      await indexedDB.databases(),
      await caches.keys(),
      document.cookie,
    ]),
  )
