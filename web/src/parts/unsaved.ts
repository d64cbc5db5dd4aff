import { useCallback, useEffect, useState } from 'react'

/** The forms with something in them that is not saved yet. In memory and nowhere else. */
export class UnsavedForms {
  readonly #forms = new Set<symbol>()

  add(form: symbol): void {
    this.#forms.add(form)
  }

  remove(form: symbol): void {
    this.#forms.delete(form)
  }

  /** Nobody is to be asked about any of them any more. */
  forget(): void {
    this.#forms.clear()
  }

  any(): boolean {
    return this.#forms.size > 0
  }
}

/** Those of this tab. */
export const unsavedForms = new UnsavedForms()

/** Has whoever leaves asked first, for as long as this form holds something unsaved. Call what comes back once it is saved. */
export function useUnsaved(isUnsaved: boolean): () => void {
  const [form] = useState(() => Symbol('form'))
  useEffect(() => {
    if (!isUnsaved) return
    unsavedForms.add(form)
    return () => unsavedForms.remove(form)
  }, [form, isUnsaved])
  return useCallback(() => unsavedForms.remove(form), [form])
}

/** Whether a form says something else than it said at first. */
export const isChanged = (before: unknown, now: unknown): boolean =>
  JSON.stringify(before) !== JSON.stringify(now)
