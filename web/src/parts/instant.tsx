import { useFormats } from '../format/use-formats.ts'

/** A moment in the hospital's zone; in UTC for whoever points at it. */
export function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={`${at.slice(0, 16).replace('T', ' ')} UTC`}>
      {useFormats().instant(at)}
    </time>
  )
}
