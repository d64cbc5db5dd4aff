import { Button, TextInput } from '@mantine/core'
import { IconFilterOff } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import styles from './filters.module.css'

interface FiltersProps {
  readonly label: string
  /** What the button says that takes them all away. */
  readonly clear: string
  readonly isSet: boolean
  readonly onClear: () => void
  readonly children: ReactNode
}

/** What of a list is shown. The address holds it, so that a link shows the same to a colleague. */
export const Filters = ({ label, clear, isSet, onClear, children }: FiltersProps) => (
  <section aria-label={label} className={`${styles.filters} not-printed`}>
    {children}
    {isSet && (
      <Button variant="subtle" leftSection={<IconFilterOff size={17} aria-hidden />} onClick={onClear}>
        {clear}
      </Button>
    )}
  </section>
)

interface TextFilterProps {
  readonly label: string
  readonly placeholder: string
  readonly maxLength?: number
  /** What is wrong with a text, if anything. */
  readonly faultOf?: (text: string) => string | undefined
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** Taken over with Enter or on leaving the field, not letter by letter. */
export const TextFilter = (props: TextFilterProps) => <Typing key={props.value} {...props} />

function Typing({ value = '', onChange, faultOf, ...others }: TextFilterProps) {
  const [typed, setTyped] = useState(value)
  const text = typed.trim()
  const fault = text === '' ? undefined : faultOf?.(text)
  const take = () => {
    if (fault === undefined && text !== value) onChange(text || undefined)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    take()
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <TextInput
        {...others}
        value={typed}
        error={fault}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={take}
      />
    </form>
  )
}
