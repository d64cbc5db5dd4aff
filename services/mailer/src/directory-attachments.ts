import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendingFacts } from './mail-facts.ts'
import type { OutgoingMail } from './mail-transport.ts'

/**
 * The finished report that a mail carries, when it was asked for as an attachment, is there, and is small enough. Otherwise the
 * link in the text is all there is.
 */
export function directoryAttachments(directory: string | undefined, atMostBytes: number) {
  return async ({ report, file }: SendingFacts): Promise<OutgoingMail['attachments']> => {
    if (directory === undefined || report?.as !== 'attachment' || !file || file.bytes > atMostBytes) return []
    // The ledger's name, of letters, digits and dots; never a path.
    if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(file.name)) return []
    try {
      return [{ fileName: report.fileName, content: await readFile(join(directory, file.name)) }]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}
