import { Button } from '@mantine/core'
import type { MailPurpose } from '@rounds/contracts/http'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Brand } from '../../app/brand.tsx'
import { RefusedError } from '../../http/problem.ts'
import { request } from '../../http/request.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './unsubscribe-page.module.css'

interface Offer {
  readonly purpose: MailPurpose
  readonly done: boolean
}

const route = getRouteApi('/unsubscribe/$token')

/** Where the link of a mail leads. Looking ends nothing, since machines look too; the button does. */
export function UnsubscribePage() {
  const { app, unsubscribe: texts } = useTexts()
  const { token } = route.useParams()
  const path = `/v1/unsubscribe/${encodeURIComponent(token)}`
  const offer = useQuery({
    queryKey: ['unsubscribe', token],
    queryFn: ({ signal }) => request<Offer>(path, { signal }),
  })
  const end = useMutation({ mutationFn: () => request<unknown>(path, { method: 'POST' }) })
  useEffect(() => {
    document.title = app.title(texts.title, undefined)
  }, [app, texts])
  const isDone = end.isSuccess || offer.data?.done
  const error = end.error ?? offer.error
  return (
    <main className={styles.page}>
      <div className={styles.panel}>
        <Brand />
        <h1 className={styles.title}>
          {texts.title} <span lang="hi">{texts.titleHindi}</span>
        </h1>
        {offer.isPending && <p role="status">{app.loading}</p>}
        {isDone && (
          <div role="status">
            <Both english={texts.done} hindi={texts.doneHindi} />
          </div>
        )}
        {!isDone && offer.data && (
          <>
            <Both english={texts.offer[offer.data.purpose]} hindi={texts.offerHindi[offer.data.purpose]} />
            <Button
              size="md"
              loading={end.isPending}
              onClick={() => end.mutate()}
              className={styles.button ?? ''}
            >
              <span>
                {texts.submit} · <span lang="hi">{texts.submitHindi}</span>
              </span>
            </Button>
          </>
        )}
        {!isDone && error && <Broken error={error} onRetry={() => void offer.refetch()} />}
      </div>
    </main>
  )
}

function Broken({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { unsubscribe: texts } = useTexts()
  // A link that was cut off in the mail program is no fault of the hospital's.
  const isLink = error instanceof RefusedError && error.problem.status < 429
  if (!isLink) return <ProblemNote error={error} onRetry={onRetry} />
  return (
    <div role="alert">
      <Both english={texts.broken} hindi={texts.brokenHindi} />
      <Both english={texts.brokenDetail} hindi={texts.brokenDetailHindi} />
    </div>
  )
}

const Both = ({ english, hindi }: { readonly english: string; readonly hindi: string }) => (
  <>
    <p className={styles.words}>{english}</p>
    <p className={styles.words} lang="hi">
      {hindi}
    </p>
  </>
)
