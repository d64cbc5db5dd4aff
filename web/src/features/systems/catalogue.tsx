import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { RawText } from '../../parts/raw-text.tsx'
import { useTexts } from '../../texts/texts.ts'
import { type CatalogueEvent, catalogueQuery } from './system-queries.ts'
import styles from './systems.module.css'

/** Each event with its sample, its schema and what changed. */
export function Catalogue() {
  const { app, catalogue: texts } = useTexts()
  const found = useQuery(catalogueQuery)
  if (found.isPending) return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  const of = (isOurs: boolean) => found.data.filter((one) => one.isOurs === isOurs)
  return (
    <>
      <p className={styles.lead}>
        {texts.lead} <a href="/asyncapi.json">asyncapi.json</a>, <a href="/openapi.json">openapi.json</a>,{' '}
        <a href="/docs">docs</a>
      </p>
      <Events title={texts.elsewhere} events={of(false)} />
      <Events title={texts.here} events={of(true)} />
    </>
  )
}

const Events = ({
  title,
  events,
}: {
  readonly title: string
  readonly events: readonly CatalogueEvent[]
}) => (
  <section>
    <h2 className={styles.title}>{title}</h2>
    {events.map((one) => (
      <EventDetails key={one.address + one.title} event={one} />
    ))}
  </section>
)

function EventDetails({ event }: { readonly event: CatalogueEvent }) {
  const { catalogue: texts } = useTexts()
  const { title, summary, address, examples } = event
  return (
    <details className={styles.event}>
      <summary>
        <code>{title}</code> {summary}
      </summary>
      <p>
        <code>{address}</code> · <a href={event['x-schema']}>{texts.schema}</a>
      </p>
      <RawText>{JSON.stringify(examples[0], undefined, 2)}</RawText>
      <p className={styles.small}>
        {texts.changes}: {event['x-changes'].map(({ on, what }) => `${on} ${what}`).join('; ')}
      </p>
    </details>
  )
}
