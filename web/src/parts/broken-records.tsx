import { Button } from '@mantine/core'
import { useTexts } from '../texts/texts.ts'
import { useToast } from './toast.ts'

interface BrokenRecordsProps {
  readonly records: readonly { readonly id: string }[] | undefined
  /** Takes one away, for those who may. */
  readonly onRemove: ((id: string) => Promise<unknown>) | undefined
}

/** What a list could not show: it stands below the others and hides none of them. */
export function BrokenRecords({ records = [], onRemove }: BrokenRecordsProps) {
  const { app } = useTexts()
  const { warn } = useToast()
  return records.map(({ id }) => (
    <p role="alert" key={id}>
      {app.broken(id)}{' '}
      {onRemove ? (
        <Button variant="default" size="compact-sm" onClick={() => void onRemove(id).catch(warn)}>
          {app.removeBroken}
        </Button>
      ) : (
        app.brokenAsk
      )}
    </p>
  ))
}
