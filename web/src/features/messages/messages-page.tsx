import { Skeleton, Switch } from '@mantine/core'
import type { Consent, Delivery } from '@rounds/contracts/http'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { startTransition, useOptimistic } from 'react'
import { Instant } from '../../parts/instant.tsx'
import { More } from '../../parts/more.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { DeliveryBadge } from '../deliveries/delivery-badge.tsx'
import { deliveriesQuery } from '../deliveries/delivery-queries.ts'
import { useSession } from '../sign-in/use-session.ts'
import { type ConsentPurpose, changeConsent, consentPurposes, consentQuery } from './message-queries.ts'
import styles from './messages-page.module.css'

type ConsentPart = Partial<Record<ConsentPurpose, boolean>>

/** What the hospital sent me, and which of it I want. */
export function MessagesPage() {
  const { pages, messages: texts } = useTexts()
  return (
    <Page narrow title={pages.messages} lead={texts.lead}>
      <Preferences />
      <Section title={texts.sentToMe}>
        <Sent />
      </Section>
    </Page>
  )
}

function Preferences() {
  const { app, messages: texts } = useTexts()
  const { personId } = useSession()
  const found = useQuery(consentQuery(personId))
  return (
    <Section title={texts.preferences}>
      {found.isPending && <Skeleton height={160} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && <Switches consent={found.data} />}
    </Section>
  )
}

/** Each switch counts at once, and shows at once: waiting for the answer would let it jump back first. */
function Switches({ consent }: { readonly consent: Consent }) {
  const { messages: texts, mailPurpose } = useTexts()
  const { personId } = useSession()
  const queries = useQueryClient()
  const { tell, warn } = useToast()
  const change = useMutation({
    scope: { id: 'consent' },
    mutationFn: (part: ConsentPart) => changeConsent(personId, part),
    onSuccess: (now) => {
      queries.setQueryData(consentQuery(personId).queryKey, now)
      tell(texts.saved)
    },
    onError: (error) => warn(error),
  })
  const [shown, show] = useOptimistic(consent, (before, part: ConsentPart) => ({ ...before, ...part }))
  const ask = (part: ConsentPart) =>
    startTransition(async () => {
      show(part)
      await change.mutateAsync(part).catch(() => {})
    })
  return (
    <div className={styles.switches}>
      {consentPurposes.map((purpose) => (
        <Switch
          key={purpose}
          size="md"
          label={mailPurpose[purpose]}
          description={purpose === 'care' && !shown.care ? texts.careOff : texts.consentAbout[purpose]}
          checked={shown[purpose]}
          onChange={(event) => ask({ [purpose]: event.currentTarget.checked })}
        />
      ))}
    </div>
  )
}

function Sent() {
  const { app, messages: texts } = useTexts()
  // The gateway gives a patient their own only.
  const found = useInfiniteQuery(deliveriesQuery({}))
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  if (found.isPending) return <Skeleton height={160} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && items.length === 0)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (items.length === 0) return <p className={styles.none}>{texts.empty}</p>
  return (
    <>
      <ul className={styles.list} aria-label={texts.sentToMe}>
        {items.map((delivery) => (
          <Message key={delivery.deliveryId} delivery={delivery} />
        ))}
      </ul>
      <More found={found} />
    </>
  )
}

function Message({ delivery }: { readonly delivery: Delivery }) {
  const { messages: texts, mailPurpose } = useTexts()
  const { template, subject, purpose, state, settledAt, acceptedAt, reason } = delivery
  return (
    <li className={styles.message}>
      <div className={styles.head}>
        <span className={styles.subject}>{subject ?? texts.templates[template] ?? template}</span>
        <DeliveryBadge state={state} />
      </div>
      <p className={styles.about}>
        {mailPurpose[purpose]} · <Instant at={settledAt ?? acceptedAt} />
        {state !== 'sent' && reason && ` · ${reason}`}
      </p>
    </li>
  )
}
