import { OutdatedError, UnreachableError } from '../http/problem.ts'

interface LazyPartDeps {
  /** Says what a failure means to a person. */
  readonly explain: (cause: unknown) => Promise<unknown>
  readonly now?: () => number
}

/** React renders a part that failed once more at once: asked for again so soon, it would be asked for without end. */
const pauseMs = 1_000

/** A module that is loaded when it is first needed, and asked for again where that failed. */
export class LazyPart<Module> {
  readonly #importer: () => Promise<Module>
  readonly #deps: Required<LazyPartDeps>
  #module: Module | undefined
  #loading: Promise<void> | undefined
  #failure: { readonly error: unknown; readonly at: number } | undefined

  constructor(importer: () => Promise<Module>, { explain, now = Date.now }: LazyPartDeps) {
    this.#importer = importer
    this.#deps = { explain, now }
  }

  get module(): Module | undefined {
    return this.#module
  }

  /** Why it did not arrive a moment ago. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure && this.#deps.now() - this.#failure.at < pauseMs ? this.#failure : undefined
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    try {
      this.#module ??= await this.#importer()
    } catch (cause) {
      const error = await this.#deps.explain(cause)
      this.#failure = { error, at: this.#deps.now() }
      throw error
    }
  }
}

/** As Chromium, Firefox, Safari and Vite say it. */
const missing = /dynamically imported module|importing a module script failed|unable to preload css/i

/** Whether the part is gone since a newer page was installed, or nothing could be reached, or the part itself is at fault. */
export async function whyMissing(
  cause: unknown,
  page: { readonly entry: string; readonly readIndex: () => Promise<string> },
): Promise<unknown> {
  if (!(cause instanceof Error) || !missing.test(cause.message)) return cause
  const index = await page.readIndex().catch(() => undefined)
  return index === undefined || index.includes(page.entry)
    ? new UnreachableError('A part of the page did not arrive', { cause })
    : new OutdatedError('A newer page is installed', { cause })
}
