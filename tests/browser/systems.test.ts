import { demoClient } from '@rounds/stack'
import { expect } from 'vitest'
import { describeInBrowser, faultsFor, it, person, signIn } from './browser.ts'

describeInBrowser('the page of other systems', () => {
  it('shows what was not taken and why, opens it, and shuts a system out, in English and without a fault', async ({
    stack,
    browser,
  }) => {
    const admin = await demoClient(stack.url, 'admin')
    const { secret } = await admin.send<{ secret: string }>('POST', '/v1/systems', {
      systemId: 'lis',
      name: 'Laboratory',
      types: ['appointment.checked'],
      sources: ['/lis'],
    })
    const says = (body: object) =>
      fetch(`${stack.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(body),
      })
    await says({ specversion: '1.0', id: 'one', source: '/lis', note: 'a stranger wrote this' })
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.getByRole('link', { name: 'Systems' }).click()

    await page.getByRole('row').filter({ hasText: 'Laboratory' }).waitFor()
    expect(await faultsFor(page)).toEqual([])

    await page.getByRole('tab', { name: 'Not taken' }).click()
    const row = page.getByRole('row').filter({ hasText: 'No CloudEvent' })
    await row.waitFor()
    expect(await page.getByText('a stranger wrote this').count()).toBe(0)
    expect(await faultsFor(page)).toEqual([])
    await row.getByRole('button', { name: /^Open what lis sent/ }).click()
    await page.getByRole('dialog').getByText('a stranger wrote this').waitFor()
    expect(await faultsFor(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.getByRole('tab', { name: 'What may be said' }).click()
    await page.getByText('Said by other systems').waitFor()
    await page.locator('summary').filter({ hasText: 'appointment.checked' }).first().click()
    await page.locator('details[open] pre').getByText('"patientNumber": "P-000001"').waitFor()
    expect(await faultsFor(page)).toEqual([])

    await page.getByRole('tab', { name: 'Systems' }).click()
    await page.getByRole('button', { name: 'Shut out Laboratory' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Shut out' }).click()
    await page.getByRole('row').filter({ hasText: 'Laboratory' }).getByText('Shut out').waitFor()
    expect((await says({})).status).toBe(401)
    expect(complaints).toEqual([])
    await context.close()
  })
})
