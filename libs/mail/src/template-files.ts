import { readFileSync } from 'node:fs'
import type { Language } from '@rounds/contracts'
import type { MailTemplate } from './template.ts'

/** Where the compiled page of a template lies, from the root of this library. */
export const compiledPath = (id: string, language: Language) => `src/compiled/${id}.${language}.html`

/** A template's own text in one language; undefined when it has not been translated. */
export function readSource(
  { id }: MailTemplate,
  language: Language,
  kind: 'mjml' | 'txt',
): string | undefined {
  return readIfThere(`templates/${id}/${language}.${kind}`)
}

export function readCompiled({ id }: MailTemplate, language: Language): string | undefined {
  return readIfThere(compiledPath(id, language))
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault
  }
}
