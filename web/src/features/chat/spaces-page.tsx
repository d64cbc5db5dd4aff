import { Button, Skeleton } from '@mantine/core'
import type { Space } from '@rounds/contracts/http'
import { IconListCheck, IconMessage, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../format/use-formats.ts'
import { BrokenRecords } from '../../parts/broken-records.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { CardList, TitleCard } from '../../parts/title-card.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { removeSpace, spacesQuery } from './chat-queries.ts'
import { useRuleInWords } from './rules-in-words.ts'
import { SpaceBadge } from './space-badge.tsx'
import { useCounts } from './space-counts.ts'
import styles from './spaces-page.module.css'

export function SpacesPage() {
  const { pages, spaces: texts } = useTexts()
  return (
    <Page title={pages.chat} lead={texts.lead} actions={<Actions />}>
      <Spaces />
    </Page>
  )
}

function Actions() {
  const { spaces: texts } = useTexts()
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconListCheck size={18} aria-hidden />}
        renderRoot={(props) => <Link {...props} to="/chat/posts" />}
      >
        {texts.posts}
      </Button>
      <New />
    </>
  )
}

/** Operations look; admins make. */
function New() {
  const { spaces: texts } = useTexts()
  const { role } = useSession()
  if (role !== 'admin') return null
  return (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/chat/new" />}
    >
      {texts.new}
    </Button>
  )
}

function Spaces() {
  const { app, spaces: texts } = useTexts()
  const found = useQuery(spacesQuery)
  const { role } = useSession()
  const queries = useQueryClient()
  const remove = async (spaceId: string) => {
    await removeSpace(spaceId)
    await queries.invalidateQueries({ queryKey: spacesQuery.queryKey })
  }
  if (found.isPending) return <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />
  if (found.isError && !found.data)
    return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.items.length === 0 && !found.data.broken)
    return (
      <div className={styles.surface}>
        <Empty icon={IconMessage} title={texts.empty} detail={texts.emptyDetail} action={<New />} />
      </div>
    )
  return (
    <>
      <CardList label={texts.listLabel}>
        {found.data.items.map((space) => (
          <Card key={space.spaceId} space={space} />
        ))}
      </CardList>
      <BrokenRecords records={found.data.broken} onRemove={role === 'admin' ? remove : undefined} />
    </>
  )
}

function Card({ space }: { readonly space: Space }) {
  const { spaces: texts, space: one } = useTexts()
  const { instant } = useFormats()
  const inWords = useRuleInWords()
  const counts = useCounts()(space)
  const { spaceId, name, googleSpace, state, stopped, rules, lastPostedAt } = space
  return (
    <TitleCard
      title={
        <Link to="/chat/$spaceId" params={{ spaceId }}>
          {name}
        </Link>
      }
      badge={<SpaceBadge state={state} />}
      about={texts.googleSpace(googleSpace)}
    >
      {stopped && (
        <p className={styles.stopped}>
          {one.stoppedTitle}: {one.stoppedAt(String(stopped.httpStatus), stopped.code, instant(stopped.at))}
        </p>
      )}
      <div className={styles.columns}>
        <div>
          <h3 className={styles.label}>{texts.hears}</h3>
          <ul className={styles.lines}>
            {rules.length === 0 && <li>{one.noRules}</li>}
            {rules.map((rule) => (
              <li key={JSON.stringify(rule)}>{inWords(rule)}</li>
            ))}
          </ul>
        </div>
        <div>
          <h3 className={styles.label}>{texts.rate}</h3>
          <p className={styles.lines}>{counts}</p>
        </div>
        <div>
          <h3 className={styles.label}>{texts.last}</h3>
          <p className={styles.lines}>{lastPostedAt ? <Instant at={lastPostedAt} /> : texts.never}</p>
        </div>
      </div>
    </TitleCard>
  )
}
