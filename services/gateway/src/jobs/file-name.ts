import type { Wish } from './job.ts'

/**
 * What the downloaded file is called: as chosen, in any script, or after report and period:
 * `appointments_2026-11-01_2026-11-30.csv`. Without the chosen one it names nobody.
 */
export function fileNameFor({
  chosen,
  report,
  parameters: { from, to },
  flavour,
  gzip,
}: Omit<Wish, 'fileName'> & { readonly chosen?: string | undefined }): string {
  const period = from || to ? `_${from ?? 'until'}_${to ?? 'today'}` : ''
  const usual = `${report}${period}${flavour === 'excel' ? '_excel' : ''}`
  return `${(chosen && withoutDanger(chosen)) || usual}.csv${gzip ? '.gz' : ''}`
}

/** Nothing that any system reads as a path, a hidden file or the end of a header. */
function withoutDanger(name: string): string {
  return (
    name
      .toWellFormed()
      .normalize('NFC')
      .replace(/\.csv(\.gz)?$/i, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must go.
      .replace(/[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[. ]+|[. ]+$/g, '')
  )
}
