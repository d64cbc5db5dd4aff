import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendingFacts } from './mail-facts.ts'
import type { OutgoingMail } from './mail-transport.ts'

/** What a mail carries, or why it cannot carry what was asked for. */
type Attached =
  | NonNullable<OutgoingMail['attachments']>
  | 'ATTACHMENT_GONE'
  | 'CLINICAL_FILE'
  | 'NO_ARTIFACTS_DIR'

/**
 * The finished report that a mail carries, when it was asked for as an attachment and is small enough; of a larger one the link in
 * the text is all there is. One that is not there is no mail with a link: its reader may not be let in behind that.
 */
export function directoryAttachments(directory: string | undefined, atMostBytes: number) {
  return async ({ report, file }: SendingFacts): Promise<Attached> => {
    if (report?.as !== 'attachment') return []
    // The gateway takes no such mail any more; one that it took before that is not sent.
    if (file?.isClinical) return 'CLINICAL_FILE'
    if (file && file.bytes > atMostBytes) return []
    if (directory === undefined) return 'NO_ARTIFACTS_DIR'
    // The ledger's name, of letters, digits and dots; never a path.
    if (!file || !/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(file.name)) return 'ATTACHMENT_GONE'
    try {
      return [{ fileName: report.fileName, content: await readFile(join(directory, file.name)) }]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'ATTACHMENT_GONE'
      throw error
    }
  }
}
