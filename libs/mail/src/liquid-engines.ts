import { Liquid } from 'liquidjs'
import { isBlank } from './blank.ts'
import { dayIn, monthIn, timeIn } from './moments.ts'

/**
 * Two engines for texts of ours, one that escapes for HTML and one for plain text, and one for texts that an admin writes. None
 * knows files. What a text may cost is bounded by its length and its memory and not by a clock: Liquid's own limit counts the time
 * on the wall, and on a busy machine it would call a good mail a bad one. Loops run over what the variables' schemas bound.
 */
const limits = { parseLimit: 200_000, memoryLimit: 2_000_000 }

const strict = {
  ...limits,
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // An object in memory in place of the file system; there is nothing in it.
  templates: {},
}

export const htmlEngine = withMoments(
  new Liquid({ ...strict, outputEscape: (value) => escaped(onOneLine(value)) }),
)
export const textEngine = withMoments(new Liquid({ ...strict, outputEscape: onOneLine }))

/** What admins may use. No loops and nothing that makes a text longer, so that its cost is that of reading it. */
export const authorTags = ['if', 'unless', 'case', 'comment', 'raw']
export const authorFilters = ['default', 'upcase', 'downcase', 'capitalize', 'strip']
export const authorEngine = only(
  new Liquid({ ...strict, parseLimit: 20_000, outputEscape: (value) => onOneLine(present(value)) }),
  authorTags,
  authorFilters,
)

/** What a text names has no value for the one it is for. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError'
}

function present(value: unknown): unknown {
  if (isBlank(value)) throw new MissingValueError('There is no value')
  return value
}

/** A value takes part in a line and never ends it: an import may have left a tab or a line break in a name. */
function onOneLine(value: unknown): string {
  return String(value).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
}

function withMoments(engine: Liquid): Liquid {
  const filter = (name: string, write: (value: string, language: string, zone: string) => string) =>
    engine.registerFilter(name, function (value: unknown) {
      const { language, zone } = this.context.getAll() as { language?: string; zone?: string }
      return write(String(value), language ?? 'en', zone ?? 'UTC')
    })
  filter('day', dayIn)
  filter('time', timeIn)
  filter('month', monthIn)
  return engine
}

function only(engine: Liquid, tags: readonly string[], filters: readonly string[]): Liquid {
  for (const name of Object.keys(engine.tags)) if (!tags.includes(name)) delete engine.tags[name]
  for (const name of Object.keys(engine.filters)) if (!filters.includes(name)) delete engine.filters[name]
  return engine
}
