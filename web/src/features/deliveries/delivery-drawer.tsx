import { Drawer } from '@mantine/core'
import type { Delivery } from '@rounds/contracts/http'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../format/use-formats.ts'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { useTexts } from '../../texts/texts.ts'
import { ChainLink } from '../chains/chain-link.tsx'
import { useSession } from '../sign-in/use-session.ts'
import { DeliveryBadge } from './delivery-badge.tsx'
import styles from './delivery-drawer.module.css'

/** One mail: what the gate decided, what the server answered, and how it ended. */
export function DeliveryDrawer({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const { delivery: texts } = useTexts()
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="30rem"
      title={texts.title}
      closeButtonProps={{ 'aria-label': texts.close }}
      classNames={{ title: styles.title ?? '' }}
    >
      <div className={styles.inside}>
        <DeliveryBadge state={delivery.state} />
        <Outcome delivery={delivery} onLeave={onClose} />
        <Decisions decisions={delivery.decisions} />
        <About delivery={delivery} />
      </div>
    </Drawer>
  )
}

function Outcome({ delivery, onLeave }: { readonly delivery: Delivery; readonly onLeave: () => void }) {
  const { delivery: texts } = useTexts()
  const { number } = useFormats()
  const { reason, code, reply, attempts, nextAttemptAt, acceptedAt, settledAt, resolved, bounce } = delivery
  return (
    <Facts>
      {(reason ?? code) && (
        <Fact name={texts.reason} wide>
          {reason} {code && <code>{code}</code>}
        </Fact>
      )}
      <Digest delivery={delivery} onLeave={onLeave} />
      {reply && (
        <Fact name={texts.reply}>
          <code>
            {reply.code} {reply.status}
          </code>
        </Fact>
      )}
      <Fact name={texts.attempts}>{number(attempts)}</Fact>
      {nextAttemptAt && (
        <Fact name={texts.next}>
          <Instant at={nextAttemptAt} />
        </Fact>
      )}
      <Fact name={texts.acceptedAt}>
        <Instant at={acceptedAt} />
      </Fact>
      {settledAt && (
        <Fact name={texts.settledAt}>
          <Instant at={settledAt} />
        </Fact>
      )}
      {bounce && (
        <Fact name={texts.bounce} wide>
          {texts.bounces[bounce.kind]} {bounce.status && <code>{bounce.status}</code>} ·{' '}
          <Instant at={bounce.at} />
        </Fact>
      )}
      {resolved && (
        <Fact name={texts.resolved} wide>
          {texts.resolvedAs[resolved.as] ?? resolved.as} · {resolved.by} · <Instant at={resolved.at} />
        </Fact>
      )}
    </Facts>
  )
}

/** The way from a mail to the digest that tells of it, and from a digest to the mails that it tells of. */
function Digest({
  delivery: { deliveryId, state, digestId, listed },
  onLeave,
}: {
  readonly delivery: Delivery
  readonly onLeave: () => void
}) {
  const { delivery: texts } = useTexts()
  const { number } = useFormats()
  if (digestId)
    return (
      <Fact name={state === 'merged' ? texts.mergedInto : texts.waitsForDigest} wide>
        <Link to="/deliveries" search={{ batchId: digestId }} onClick={onLeave} className={styles.link}>
          {texts.openDigest}
        </Link>
      </Fact>
    )
  if (listed === undefined) return null
  return (
    <Fact name={texts.digest} wide>
      <Link to="/deliveries" search={{ digestId: deliveryId }} onClick={onLeave} className={styles.link}>
        {texts.listed(number(listed))}
      </Link>
    </Fact>
  )
}

function Decisions({ decisions }: Pick<Delivery, 'decisions'>) {
  const { delivery: texts } = useTexts()
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions" className={styles.heading}>
        {texts.decisions}
      </h2>
      {decisions.length === 0 && <p className={styles.hint}>{texts.noDecisions}</p>}
      <ol className={styles.decisions}>
        {decisions.map(({ gate, verdict, reason, at }) => (
          <li key={`${gate} ${at}`} data-verdict={verdict}>
            <span className={styles.gate}>{texts.gates[gate] ?? gate}</span>{' '}
            <span>{texts.verdicts[verdict] ?? verdict}</span>
            <span className={styles.hint}>
              {reason && `${reason} · `}
              <Instant at={at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function About({ delivery }: { readonly delivery: Delivery }) {
  const { delivery: texts, mailPurpose, chains } = useTexts()
  const isAdmin = useSession().role === 'admin'
  const { recipient, to, subject, template, purpose, batch, batchId, deliveryId } = delivery
  return (
    <Facts>
      <Fact name={texts.recipient}>
        {recipient.name} <code>{recipient.id}</code>
      </Fact>
      {to && <Fact name={texts.address}>{to}</Fact>}
      {subject && (
        <Fact name={texts.subject} wide>
          {subject}
        </Fact>
      )}
      <Fact name={chains.title} wide>
        <ChainLink about={deliveryId} />
      </Fact>
      <Fact name={texts.template}>{template}</Fact>
      <Fact name={texts.purpose}>{mailPurpose[purpose]}</Fact>
      <Fact name={texts.batch} wide>
        {texts.batches[batch]}{' '}
        {batch === 'campaign' && isAdmin ? (
          <Link to="/campaigns/$campaignId" params={{ campaignId: batchId }} className={styles.link}>
            <code>{batchId}</code>
          </Link>
        ) : (
          <code>{batchId}</code>
        )}
      </Fact>
    </Facts>
  )
}
