import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestStack } from '@rounds/stack'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInBrowser, faultsFor, it, lastDays, person, signIn } from './browser.ts'

describeInBrowser('the pages of chat', () => {
  it('show the card in the sink and the time beside the appointment, without reloading either', async ({
    stack,
    browser,
  }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    const { page: sink, context: other } = await person(browser, stack.chatSink.url)
    const saidBefore = stack.chatSink.messages('demo-doctor').length
    await sink.goto('/?space=demo-doctor')
    await signIn(page, 'Doctor')
    await page.goto(`/appointments?${lastDays()}&status=booked`)
    const check = page.getByRole('button', { name: /^Mark checked: / }).first()
    const name = (await check.getAttribute('aria-label'))?.replace('Mark checked: ', '') ?? ''
    await check.click()
    await page.getByLabel('Diagnosis').fill('Recovered')
    await page.getByRole('dialog').getByRole('button', { name: 'Mark checked' }).click()

    const row = page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Checked' })
    await row
      .getByText(/^Chat: sent \d/)
      .first()
      .waitFor({ timeout: 30_000 })
    await sink.locator('article .card').nth(saidBefore).waitFor()
    expect(await sink.locator('main').textContent()).not.toContain(name)

    expect(complaints).toEqual([])
    await context.close()
    await other.close()
  })

  it('add a space by its webhook without a mouse, try it, and remove it', async ({ stack, browser }) => {
    const webhook = stack.chatSink.webhook('eyes', 'Eyes')
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/chat')
    await press(page, 'link', 'Add a space')

    await press(page, 'button', 'Save')
    await page.getByText('Give it a name.').waitFor()
    await page.getByLabel('Name').fill('Eye clinic')
    await page.getByLabel('Webhook address').fill('https://chat.google.com/room/AAAA')
    await press(page, 'button', 'Save')
    await page
      .getByText(/is not an address of https:\/\/chat\.googleapis\.com/)
      .first()
      .waitFor()
    await page.getByLabel('Webhook address').fill(webhook)
    await page.getByRole('checkbox', { name: 'Patient did not come' }).focus()
    await page.keyboard.press('Space')
    await press(page, 'button', 'Save')
    await page.getByRole('heading', { level: 1, name: 'Eye clinic' }).waitFor()
    expect(await page.content()).not.toContain('token-of-eyes')

    await press(page, 'button', 'Test message')
    await page.getByText(/^The test message was posted at/).waitFor({ timeout: 30_000 })
    expect(stack.chatSink.messages('eyes')).toHaveLength(1)
    const logs = await logsOf(stack)
    expect(logs).toContain('/v1/chat/spaces')
    expect(logs).not.toMatch(/token-of-|token=/)
    expect(await faultsFor(page)).toEqual([])

    await press(page, 'button', 'Remove')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the space' }).click()
    await page.getByRole('heading', { level: 1, name: 'Chat', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Eye clinic' }).waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  })

  it('say why a space is stopped and what to do, on every page that it is, and let it go on with what was kept', async ({
    stack,
    browser,
  }) => {
    const webhook = stack.chatSink.webhook('skin', 'Skin')
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/chat/new')
    await page.getByLabel('Name').fill('Skin clinic')
    await page.getByLabel('Webhook address').fill(webhook)
    await press(page, 'button', 'Save')
    await page.getByRole('heading', { level: 1, name: 'Skin clinic' }).waitFor()
    const { page: elsewhere, context: other } = await person(browser, stack.url)
    await signIn(elsewhere, 'Admin')
    await elsewhere.goto('/campaigns')
    await elsewhere.getByText('Live', { exact: true }).first().waitFor()
    stack.chatSink.add({ space: 'skin', do: { status: 404 } })
    await press(page, 'button', 'Test message')

    const why = page.getByRole('alert')
    await why.getByText('Google Chat refuses this space').waitFor({ timeout: 30_000 })
    await why.getByText(/Make a new webhook and enter it under Edit/).waitFor()
    // Live: sooner than it is asked for again by itself.
    const alarm = { name: 'Chat 1 stopped', exact: true }
    await elsewhere.getByRole('link', alarm).waitFor({ timeout: 8_000 })
    expect(await faultsFor(elsewhere)).toEqual([])
    expect(await faultsFor(page)).toEqual([])
    await press(page, 'button', 'Let it go on…')
    await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).click()
    await why.waitFor({ state: 'detached' })
    await page.getByText('Active', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Chat', exact: true }).waitFor()
    await elsewhere.getByRole('link', alarm).waitFor({ state: 'detached', timeout: 30_000 })

    expect(complaints).toEqual([])
    await context.close()
    await other.close()
  })

  it('find messages by space and state, and keep the filter in the address', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/chat/posts?state=posted&spaceId=demo-doctor')
    await page.getByRole('cell', { name: 'Patients of Dr Ravi Iyer' }).first().waitFor()
    await page.getByRole('link', { name: 'The appointment' }).first().click()
    await page.getByRole('heading', { level: 1, name: /^Visit of / }).waitFor()
    await page.getByRole('heading', { name: 'Google Chat' }).waitFor()
    expect(await faultsFor(page)).toEqual([])
    await page.goto('/chat/posts?tab=doubt')
    await page.getByText('Nothing is in doubt').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})

/** All that the services wrote down so far. */
async function logsOf({ dataDir }: TestStack): Promise<string> {
  const dir = join(dataDir, 'logs')
  const files = await readdir(dir)
  return (await Promise.all(files.map((file) => readFile(join(dir, file), 'utf8')))).join('\n')
}

/** As somebody without a mouse does. */
async function press(page: Page, role: 'button' | 'link', name: string) {
  await page.getByRole(role, { name, exact: true }).first().focus()
  await page.keyboard.press('Enter')
}
