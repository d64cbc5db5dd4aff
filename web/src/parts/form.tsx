import { Button } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import styles from './form.module.css'
import { ProblemNote } from './problem-note.tsx'

interface FormProps {
  readonly onSubmit: () => void
  readonly saving: { readonly isPending: boolean; readonly error: unknown }
  readonly save: string
  readonly cancel: string
  /** The link out, drawn with what makes it look as a button. */
  readonly renderCancel: (props: Record<string, unknown>) => ReactNode
  readonly children: ReactNode
}

/** A page that is one form. What was wrong with it stands right above the button that was pressed. */
export function Form({ onSubmit, saving, save, cancel, renderCancel, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      {children}
      {saving.error !== null && <ProblemNote error={saving.error} of="text" />}
      <div className={styles.buttons}>
        <Button type="submit" size="md" loading={saving.isPending}>
          {save}
        </Button>
        <Button size="md" variant="default" renderRoot={renderCancel}>
          {cancel}
        </Button>
      </div>
    </form>
  )
}
