import { Textarea } from '@mantine/core'

interface ReasonInputProps {
  readonly label: string
  readonly hint: string
  readonly required?: boolean
  /** It is not the first field of its dialog. */
  readonly isLater?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Why somebody decides so, in the dialog that asks for it. Kept with the decision. */
export const ReasonInput = ({
  label,
  hint,
  required = false,
  isLater = false,
  value,
  onChange,
}: ReasonInputProps) => (
  <Textarea
    {...(!isLater && { 'data-autofocus': true })}
    label={label}
    description={hint}
    maxLength={300}
    required={required}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)
