import { Button, FileInput } from '@mantine/core'
import type { Campaign, UploadResult } from '@rounds/contracts/http'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { uploadRecipients } from './campaign-queries.ts'
import styles from './recipient-upload.module.css'

/** The list of one's own, and which of its rows cannot be used. */
export function RecipientUpload({
  campaign: { campaignId, upload: before },
}: {
  readonly campaign: Campaign
}) {
  const { upload: texts } = useTexts()
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const upload = useMutation({
    mutationFn: (content: File) => uploadRecipients(campaignId, content),
    onSuccess: async () => {
      // Who was counted before is not who gets it now.
      void queries.resetQueries({ queryKey: ['dry-run', campaignId] })
      await queries.invalidateQueries({ queryKey: ['campaign', campaignId] })
    },
  })
  return (
    <div className={styles.upload}>
      <div className={styles.choose}>
        <FileInput
          label={texts.label}
          description={texts.hint}
          placeholder={texts.choose}
          accept="text/csv,.csv"
          value={file}
          onChange={setFile}
          className={styles.file ?? ''}
        />
        <Button
          disabled={!file}
          loading={upload.isPending}
          leftSection={<IconUpload size={17} aria-hidden />}
          onClick={() => file && upload.mutate(file)}
        >
          {texts.send}
        </Button>
      </div>
      {upload.isError && <ProblemNote error={upload.error} of="change" />}
      {upload.data ? (
        <Result result={upload.data} />
      ) : (
        before && <Result result={{ ...before, incomplete: 0, errors: [] }} />
      )}
    </div>
  )
}

function Result({ result }: { readonly result: UploadResult }) {
  const { upload: texts } = useTexts()
  const { number } = useFormats()
  const { accepted, rows, refused, incomplete, errors } = result
  return (
    <>
      <p role="status" className={styles.said} data-bad={refused + incomplete > 0 || undefined}>
        {texts.result(number(accepted), number(rows))}. {refused > 0 && `${texts.refused(number(refused))}. `}
        {incomplete > 0 && `${texts.incomplete(number(incomplete))}.`}
        {refused + incomplete === 0 && texts.allGood}
      </p>
      {errors.length > 0 && (
        <div className={styles.errors}>
          <Table caption={texts.faults} head={[texts.row, texts.column, texts.reason]}>
            {errors.map(({ row, column, reason }) => (
              <tr key={`${row} ${column} ${reason}`}>
                <td>{number(row)}</td>
                <td>
                  <code>{column}</code>
                </td>
                <td>{reason}</td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      {errors.length > 0 && errors.length < refused + incomplete && (
        <p className={styles.hint}>{texts.first(number(errors.length))}</p>
      )}
    </>
  )
}
