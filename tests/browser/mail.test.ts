import { demoClient, passwordClient } from '@rounds/stack'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInBrowser, faultsFor, it, person, signIn } from './browser.ts'

describeInBrowser('the pages about mail', () => {
  it('lead from a text to a campaign that is sent, without a mouse', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/campaigns')
    await press(page, 'link', 'New campaign')

    await page.getByLabel('Name').fill('Opening hours')
    await page.getByRole('combobox', { name: 'Language' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: 'हिन्दी' }).waitFor()
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
    await page.getByRole('textbox', { name: 'Subject' }).fill('New opening hours')
    await page.getByRole('textbox', { name: 'Text' }).fill('Dear {{ recipientName }}, we open at eight.')
    await mailIn(page).getByText('we open at eight.').waitFor()
    await press(page, 'button', 'Save and check')
    await page.getByRole('heading', { level: 1, name: 'Opening hours' }).waitFor()
    expect(await page.getByRole('button', { name: 'Send…' }).isDisabled()).toBe(true)

    await press(page, 'button', 'Check who gets it')
    await mailIn(page).getByText('we open at eight.').waitFor()
    expect(
      await page.evaluate(() => document.querySelectorAll('iframe[sandbox*="allow-scripts"]').length),
    ).toBe(0)
    await page.getByRole('radio', { name: 'Text' }).focus()
    await page.keyboard.press('Space')
    await page.locator('pre').getByText('we open at eight.').waitFor()
    await press(page, 'button', 'Send…')
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).focus()
    await page.keyboard.press('Enter')

    await page
      .getByText(/^(Sending|Completed)$/)
      .first()
      .waitFor()
    await expect.poll(async () => (await sumOf(page)).expected).toBeGreaterThan(0)
    const { expected, ...parts } = await sumOf(page)
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(expected)
    expect(complaints).toEqual([])
    await context.close()
  })

  it('ask for the name and for a second person before a mail goes to everybody', async ({
    stack,
    browser,
  }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/campaigns/new')
    await draft(page, 'To everybody')
    await press(page, 'button', 'Check who gets it')
    await mailIn(page).getByText('We open at eight.').waitFor()
    await press(page, 'button', 'Send…')

    const dialog = page.getByRole('dialog')
    const ask = dialog.getByRole('button', { name: 'Ask for approval' })
    expect(await ask.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('To everybody')
    await ask.click()

    await page.getByText(/You created this campaign, so somebody else has to approve it\.$/).waitFor()
    expect(await page.getByRole('button', { name: 'Approve and send' }).count()).toBe(0)
    await press(page, 'button', 'Cancel')
    await dialog.getByLabel('Reason').fill('A wrong day in the text')
    await dialog.getByRole('button', { name: 'Cancel the campaign' }).click()
    await page.getByText(/: A wrong day in the text$/).waitFor()
    await context.close()
  })

  it('show which rows of an uploaded list cannot be used, and why', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/campaigns/new')
    await page.getByRole('radio', { name: 'A list of my own (CSV)' }).check()
    await draft(page, 'My own list')
    const list = 'mail,name\none@example.test,One\ntwo@@example.test,Two\nthree@example.test,Three\n'
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
    await press(page, 'button', 'Upload')

    await page.getByText(/^2 of 3 rows can be used/).waitFor()
    await page.getByRole('row', { name: /^3 mail/ }).waitFor()
    await press(page, 'button', 'Check who gets it')
    await page.getByText('People in all').waitFor()

    await page.locator('input[type="file"]').setInputFiles({
      name: 'list.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from([0x6d, 0x61, 0x69, 0x6c, 0x0a, 0xe9, 0x40]),
    })
    await press(page, 'button', 'Upload')
    await page.getByRole('alert').first().waitFor()
    await context.close()
  })

  it('say at the field what cannot be read in a text', async ({ stack, browser }) => {
    const { page, context } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await page.goto('/campaigns/new')
    await page.getByRole('textbox', { name: 'Subject' }).fill('Hours at {{ hospitalName')
    await page.getByRole('textbox', { name: 'Text' }).fill('Hello')

    await page.getByRole('alert').getByText('/texts/en/subject').waitFor()
    await press(page, 'button', 'Save and check')
    await page.getByText('Give it a name.').waitFor()
    await context.close()
  })

  it('keep what a patient agreed to, and say so in their language', async ({ stack, browser }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Patient')
    await page.getByRole('link', { name: 'My messages' }).click()
    await page.getByRole('switch', { name: 'Marketing' }).check()
    await page.getByText('Saved.').first().waitFor()
    await page.reload()
    expect(await page.getByRole('switch', { name: 'Marketing' }).isChecked()).toBe(true)

    const admin = await demoClient(stack.url, 'admin')
    const speaks = (language: string) =>
      admin.send('PATCH', `/v1/patients/${stack.logins.patient.personId}`, { language })
    await speaks('hi')
    await page.goto('/messages')
    await page.getByRole('heading', { level: 1, name: 'मेरे संदेश' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('hi')
    await page.getByRole('switch', { name: 'प्रस्ताव' }).waitFor()
    expect(await faultsFor(page)).toEqual([])

    await context.clearCookies()
    await page.getByRole('switch', { name: 'प्रस्ताव' }).click()
    await page.getByRole('dialog', { name: 'आपका सत्र समाप्त हो गया' }).waitFor()
    await page.getByRole('button', { name: 'साइन इन करें' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('hi')
    await speaks('en')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('end with everybody accounted for, and a link in a mail that ends such mails when it is pressed, and not before', async ({
    stack,
    browser,
    sink,
  }) => {
    const admin = await demoClient(stack.url, 'admin')
    const patient = await demoClient(stack.url, 'patient')
    const { login, password } = stack.logins.secondAdmin
    const approver = await passwordClient(stack.url, login, password)
    const { personId } = patient.session
    const consent = () => patient.get<{ marketing: boolean }>(`/v1/consents/${personId}`)
    await patient.send('PUT', `/v1/consents/${personId}`, { marketing: true })
    const offer = async (name: string) => {
      const { campaignId } = await admin.send<{ campaignId: string }>('POST', '/v1/campaigns', {
        name,
        template: 'announcement',
        purpose: 'marketing',
        audience: { kind: 'people', role: 'patient' },
        texts: { en: { subject: name, body: 'Dear {{ recipientName }}, come and see.' } },
      })
      const key = { 'idempotency-key': `browser-${campaignId}` }
      await admin.send('POST', `/v1/campaigns/${campaignId}/send`, undefined, key)
      // It is for everybody, so a second admin says yes.
      await approver.send('POST', `/v1/campaigns/${campaignId}/approve`)
      const { page, context } = await person(browser, stack.url)
      await signIn(page, 'Admin')
      await page.goto(`/campaigns/${campaignId}`)
      await page.getByText('Completed', { exact: true }).first().waitFor()
      const { expected, ...parts } = await sumOf(page)
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(expected)
      await context.close()
      return sink
        .taken()
        .filter(({ to, text }) => to[0] === stack.logins.patient.login && text.includes(`Subject: ${name}`))
    }

    const [mail] = await offer('First offer')
    const link = /https?:\/\/[^\s/]+\/unsubscribe\/[\w.-]+/.exec(plainTextOf(mail?.text ?? ''))?.[0] ?? ''
    const { page, context, complaints } = await person(browser, stack.url)
    await page.goto(link)
    await page.getByRole('button').first().waitFor()
    await page.reload()
    expect((await consent()).marketing).toBe(true)
    await page.getByRole('button', { name: /^Stop these mails/ }).click()
    await expect.poll(async () => (await consent()).marketing).toBe(false)
    expect(complaints).toEqual([])
    await context.close()

    expect(await offer('Second offer')).toEqual([])
  })

  it('show a mail of which nobody knows, and do with it what somebody says who looked', async ({
    stack,
    browser,
    sink,
  }) => {
    const admin = await demoClient(stack.url, 'admin')
    const { personId, login } = stack.logins.patient
    const arrived = () =>
      sink.mails.filter(({ to, text }) => to[0] === login && text.includes('Your question'))
    // It has the whole mail, and its sender never hears of it.
    sink.add({ at: 'dot', do: 'reset', to: login })
    const text = { subject: 'Your question', body: 'Please call us.' }
    await admin.send(
      'POST',
      '/v1/mails',
      { recipientId: personId, template: 'announcement', texts: { en: text, hi: text } },
      { 'idempotency-key': 'browser-doubt' },
    )

    const { page, context, complaints } = await person(browser, stack.url)
    await signIn(page, 'Admin')
    await expect.poll(() => arrived().length).toBe(1)
    await page.goto(`/deliveries?tab=doubt&recipientId=${personId}`)
    const again = page.getByRole('button', { name: /^Send again: mail to/ })
    await again.waitFor()
    await page.getByRole('button', { name: /^Details of the mail/ }).click()
    await page.getByRole('heading', { name: 'What the gate decided' }).waitFor()
    await press(page, 'button', 'Close')
    expect(await faultsFor(page)).toEqual([])

    await again.click()
    await page.getByRole('dialog').getByLabel('Reason').fill('The relay has no trace of it')
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()

    await expect.poll(() => arrived().length).toBe(2)
    await page.getByText('Nothing is in doubt').waitFor()
    await page.goto(`/deliveries?recipientId=${personId}&state=sent`)
    await page.getByRole('cell', { name: /^Your question/ }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  it('say in both languages that a link from a mail is broken, to whoever follows it', async ({
    stack,
    browser,
  }) => {
    const { page, context, complaints } = await person(browser, stack.url)
    await page.goto('/unsubscribe/k1.not.one')

    await page.getByText('This link is not complete or no longer good.').waitFor()
    await page.getByText('यह लिंक अधूरा है या अब मान्य नहीं है।').waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })
})

/** As somebody without a mouse does. */
async function press(page: Page, role: 'button' | 'link', name: string) {
  await page.getByRole(role, { name, exact: true }).first().focus()
  await page.keyboard.press('Enter')
}

async function draft(page: Page, name: string) {
  await page.getByLabel('Name').fill(name)
  await page.getByRole('textbox', { name: 'Subject' }).fill('New opening hours')
  await page.getByRole('textbox', { name: 'Text' }).fill('We open at eight.')
  await press(page, 'button', 'Save and check')
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

const mailIn = (page: Page) => page.frameLocator('iframe').locator('body')

/** The counts as the page adds them up, all of one moment. */
async function sumOf(page: Page): Promise<Record<string, number> & { expected: number }> {
  await page.locator('dl > div > dt:text-is("Expected")').waitFor()
  return page.evaluate(() => {
    const numberIn = (row: Element) =>
      Number(row.querySelector('dd')?.firstChild?.textContent?.replaceAll(',', '') ?? 0)
    const wordOf = (row: Element) => row.querySelector('dt')?.textContent ?? ''
    const rows = [...document.querySelectorAll('dl > div')]
    const parts = rows.filter((row) => row.matches('[data-part]'))
    const whole = rows.find((row) => !row.matches('[data-part]') && wordOf(row) === 'Expected')
    return {
      ...Object.fromEntries(parts.map((row) => [wordOf(row), numberIn(row)])),
      expected: whole ? numberIn(whole) : 0,
    }
  })
}

/** A message without the dots that SMTP doubles and the soft line ends of quoted-printable. */
const plainTextOf = (message: string) =>
  message.replaceAll(/^\.\./gm, '.').replaceAll('=\r\n', '').replaceAll('=3D', '=')
