import { Button, Checkbox, Skeleton } from '@mantine/core'
import type { Space } from '@rounds/contracts/http'
import { IconPencil, IconPlayerPlay, IconSend, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { clickKeys } from '../../http/click-key.ts'
import { isRefused } from '../../http/problem.ts'
import { Back } from '../../parts/back.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Instant } from '../../parts/instant.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Section } from '../../parts/section.tsx'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { CardPreview } from './card-preview.tsx'
import {
  chatCountsQuery,
  isOver,
  letGoOn,
  postsQuery,
  removeSpace,
  spaceQuery,
  trialQuery,
  trySpace,
} from './chat-queries.ts'
import { PostTable } from './post-table.tsx'
import { useRuleInWords } from './rules-in-words.ts'
import { SpaceBadge } from './space-badge.tsx'
import { useCounts } from './space-counts.ts'
import styles from './space-page.module.css'

const route = getRouteApi('/inside/chat/$spaceId')

export function SpacePage() {
  const { pages, app, space: texts } = useTexts()
  const isAdmin = useSession().role === 'admin'
  const { spaceId } = route.useParams()
  const found = useQuery(spaceQuery(spaceId))
  const [trial, setTrial] = useState<string>()
  if (isRefused(found.error, 404) || isRefused(found.error, 400)) return <NotFound />
  return (
    <Page
      title={found.data?.name ?? pages.chat}
      above={<Back to="/chat">{texts.back}</Back>}
      lead={found.data && <Lead space={found.data} />}
      actions={isAdmin && found.data && <Actions space={found.data} onTried={setTrial} />}
    >
      {found.isPending && <Skeleton height={320} radius="lg" role="status" aria-label={app.loading} />}
      {found.isError && !found.data && (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data && (
        <>
          {found.data.stopped && <Stopped space={found.data} stopped={found.data.stopped} />}
          {found.data.paused && <Paused paused={found.data.paused} />}
          {trial && <Trial key={trial} postId={trial} />}
          <Latest spaceId={spaceId} />
          <div className={styles.columns}>
            <About space={found.data} />
            <Look space={found.data} />
          </div>
        </>
      )}
    </Page>
  )
}

function Lead({ space }: { readonly space: Space }) {
  const counts = useCounts()(space)
  return (
    <>
      <SpaceBadge state={space.state} /> {counts}
    </>
  )
}

/** Why nothing is posted, and what a person can do about it. */
function Stopped({ space, stopped }: { space: Space; stopped: NonNullable<Space['stopped']> }) {
  const { space: texts } = useTexts()
  const { instant, number } = useFormats()
  const { httpStatus, code, reason, at } = stopped
  return (
    <div role="alert" className={styles.stopped}>
      <p className={styles.strong}>{texts.stoppedTitle}</p>
      <p>
        {texts.stoppedAt(String(httpStatus), code, instant(at))} {reason}
      </p>
      <p>{texts.whatToDo[httpStatus] ?? texts.whatToDoElse}</p>
      {space.kept > 0 && <p>{texts.keptHere(number(space.kept))}</p>}
    </div>
  )
}

/** It goes on by itself; who does not want to wait lets it go on. */
function Paused({ paused }: { readonly paused: NonNullable<Space['paused']> }) {
  const { space: texts } = useTexts()
  const { instant } = useFormats()
  return (
    <p role="status" className={styles.trial}>
      {texts.pausedUntil(instant(paused.until))} {texts.pauseReason[paused.reason]}
    </p>
  )
}

type Asking = 'go on' | 'remove'

function Actions({ space, onTried }: { space: Space; onTried: (postId: string) => void }) {
  const { space: texts } = useTexts()
  const { spaceId } = space
  const [asking, setAsking] = useState<Asking>()
  const [isTrying, setTrying] = useState(false)
  const queries = useQueryClient()
  const { tell, warn } = useToast()
  const [keys] = useState(clickKeys)
  const close = () => setAsking(undefined)
  const test = async () => {
    setTrying(true)
    try {
      const { postId } = await trySpace(spaceId, keys.keyFor({ spaceId }))
      keys.accepted()
      onTried(postId)
    } catch (error) {
      warn(error)
    } finally {
      setTrying(false)
    }
  }
  const resume = async () => {
    setTrying(true)
    try {
      queries.setQueryData(spaceQuery(spaceId).queryKey, await letGoOn(spaceId, false))
      tell(texts.wentOn)
      await queries.invalidateQueries({ queryKey: ['chat'] })
    } catch (error) {
      warn(error)
    } finally {
      setTrying(false)
    }
  }
  return (
    <>
      {space.state === 'stopped' ? (
        <Button leftSection={<IconPlayerPlay size={17} aria-hidden />} onClick={() => setAsking('go on')}>
          {texts.goOn}
        </Button>
      ) : space.state === 'paused' ? (
        <Button
          leftSection={<IconPlayerPlay size={17} aria-hidden />}
          loading={isTrying}
          onClick={() => void resume()}
        >
          {texts.resume}
        </Button>
      ) : (
        <Button
          leftSection={<IconSend size={17} aria-hidden />}
          loading={isTrying}
          onClick={() => void test()}
        >
          {texts.test}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconPencil size={17} aria-hidden />}
        renderRoot={(props) => <Link {...props} to="/chat/$spaceId/edit" params={{ spaceId }} />}
      >
        {texts.edit}
      </Button>
      <Button
        variant="default"
        leftSection={<IconTrash size={17} aria-hidden />}
        onClick={() => setAsking('remove')}
      >
        {texts.remove}
      </Button>
      {asking === 'go on' && <GoOnDialog space={space} onClose={close} />}
      {asking === 'remove' && <RemoveDialog space={space} onClose={close} />}
    </>
  )
}

function GoOnDialog({ space, onClose }: { readonly space: Space; readonly onClose: () => void }) {
  const { space: texts } = useTexts()
  const { number } = useFormats()
  const queries = useQueryClient()
  const { tell } = useToast()
  const [replay, setReplay] = useState(true)
  const goOn = async () => {
    queries.setQueryData(spaceQuery(space.spaceId).queryKey, await letGoOn(space.spaceId, replay))
    tell(texts.wentOn)
    void queries.invalidateQueries({ queryKey: chatCountsQuery.queryKey })
    await queries.invalidateQueries({ queryKey: ['chat'] })
  }
  return (
    <Confirm
      title={texts.goOnTitle}
      what={space.name}
      detail={texts.goOnDetail(number(space.kept))}
      yes={texts.goOnYes}
      no={texts.no}
      onYes={goOn}
      onClose={onClose}
    >
      <Checkbox
        label={texts.replay}
        description={texts.replayHint}
        checked={replay}
        onChange={(event) => setReplay(event.currentTarget.checked)}
      />
    </Confirm>
  )
}

function RemoveDialog({ space, onClose }: { readonly space: Space; readonly onClose: () => void }) {
  const { space: texts } = useTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { tell } = useToast()
  const remove = async () => {
    await removeSpace(space.spaceId)
    tell(texts.removed)
    void queries.invalidateQueries({ queryKey: chatCountsQuery.queryKey })
    await navigate({ to: '/chat' })
    await queries.invalidateQueries({ queryKey: ['chat', 'spaces'] })
  }
  return (
    <Confirm
      title={texts.removeTitle}
      what={space.name}
      detail={texts.removeDetail}
      yes={texts.removeYes}
      no={texts.no}
      isDestructive
      onYes={remove}
      onClose={onClose}
    />
  )
}

/** How the test message goes, as it goes. */
function Trial({ postId }: { readonly postId: string }) {
  const { space: texts, postReasons, postState } = useTexts()
  const { time } = useFormats()
  const [askedAt] = useState(Date.now)
  const { data: trial, dataUpdatedAt, errorUpdatedAt } = useQuery(trialQuery(postId))
  const isSlow = Math.max(dataUpdatedAt, errorUpdatedAt) - askedAt > slowFromMs
  const words =
    !trial || !isOver(trial)
      ? isSlow
        ? texts.testSlow
        : texts.testWaiting
      : trial.state === 'posted'
        ? texts.testPosted(time(trial.postedAt ?? trial.acceptedAt))
        : texts.testFailed(trial.code ? (postReasons[trial.code] ?? trial.code) : postState[trial.state])
  return (
    <p role="status" className={styles.trial}>
      {words}
    </p>
  )
}

const slowFromMs = 10_000

function Latest({ spaceId }: { readonly spaceId: string }) {
  const { space: texts, posts } = useTexts()
  const found = useInfiniteQuery(postsQuery({ spaceId }))
  const items = found.data?.pages.flatMap((page) => page.items).slice(0, 10) ?? []
  return (
    <Section
      title={texts.latest}
      actions={
        <Link to="/chat/posts" search={{ spaceId }} className={styles.link}>
          {texts.allPosts}
        </Link>
      }
    >
      {items.length > 0 ? <PostTable items={items} /> : <p className={styles.trial}>{posts.empty}</p>}
    </Section>
  )
}

function About({ space }: { readonly space: Space }) {
  const { space: texts, spaces, languages, patientShownAs } = useTexts()
  const { number } = useFormats()
  const inWords = useRuleInWords()
  return (
    <Section title={texts.about}>
      <Facts>
        <Fact name={texts.rules} wide>
          {space.rules.length === 0 && texts.noRules}
          <ul className={styles.rules}>
            {space.rules.map((rule) => (
              <li key={JSON.stringify(rule)}>{inWords(rule)}</li>
            ))}
          </ul>
        </Fact>
        <Fact name={texts.language}>{languages[space.language]}</Fact>
        <Fact name={texts.patientShownAs}>{patientShownAs[space.patientShownAs]}</Fact>
        <Fact name={texts.relevant}>{texts.minutes(number(space.relevantMinutes))}</Fact>
        <Fact name={spaces.last}>
          {space.lastPostedAt ? <Instant at={space.lastPostedAt} /> : spaces.never}
        </Fact>
        <Fact name="Google Chat">{space.googleSpace}</Fact>
        <Fact name={texts.createdBy}>{space.createdBy.name}</Fact>
        <Fact name={texts.createdAt}>
          <Instant at={space.createdAt} />
        </Fact>
      </Facts>
    </Section>
  )
}

function Look({ space: { rules, language, patientShownAs } }: { readonly space: Space }) {
  const { space: texts } = useTexts()
  const news = rules[0]?.news[0] ?? 'appointment.checked'
  return (
    <Section title={texts.preview}>
      <CardPreview wish={{ news, language, patientShownAs }} />
    </Section>
  )
}
