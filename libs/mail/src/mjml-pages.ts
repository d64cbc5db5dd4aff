// The only file that knows MJML. It runs at build time: `npm run generate` keeps what it makes in `compiled/`.
import mjml2html from 'mjml'
import { declarations } from '../templates/all.ts'
import { mjmlPage } from '../templates/layout.ts'
import { type MailTemplate, mailLanguages } from './template.ts'
import { compiledPath, readSource } from './template-files.ts'

/** The pages of all templates, with their paths from the root of this library. Variables are still in them. */
export async function mailPages(): Promise<Array<{ readonly path: string; readonly content: string }>> {
  const pages = []
  for (const template of declarations as readonly MailTemplate[]) {
    for (const language of mailLanguages) {
      const body = readSource(template, language, 'mjml')
      if (body === undefined) continue
      pages.push({
        path: compiledPath(template.id, language),
        content: await compiled(mjmlPage(template, language, body)),
      })
    }
  }
  return pages
}

async function compiled(page: string): Promise<string> {
  // No fonts: the usual ones are fetched from elsewhere whenever a mail is opened.
  const { html } = await mjml2html(page, { validationLevel: 'strict', keepComments: false, fonts: {} })
  return `${html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')}\n`
}
