import { Button } from '@mantine/core'
import type { Post, PostResolution } from '@rounds/contracts/http'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { Instant } from '../../parts/instant.tsx'
import { useSettled } from '../../parts/settled.ts'
import { Table } from '../../parts/table.tsx'
import { useTexts } from '../../texts/texts.ts'
import { useSession } from '../sign-in/use-session.ts'
import { PostBadge } from './post-badge.tsx'
import styles from './post-table.module.css'
import { SettlePostDialog } from './settle-post-dialog.tsx'

interface PostTableProps {
  readonly items: readonly Post[]
  /** They are all about the appointment on whose page they stand. */
  readonly isOfOne?: boolean
}

/** Chat messages, one a row. Admins settle those in doubt here. */
export function PostTable({ items, isOfOne = false }: PostTableProps) {
  const { posts: texts } = useTexts()
  const { zoneLabel } = useFormats()
  const isAdmin = useSession().role === 'admin'
  const [settling, setSettling] = useState<{ post: Post; as: PostResolution['as'] }>()
  const mayBeSettled = isAdmin && items.some(({ state }) => state === 'in doubt')
  const head = [texts.when(zoneLabel(new Date())), texts.space, texts.what, texts.outcome, texts.attempts]
  return (
    <>
      <Table caption={texts.caption} head={[...head, ...(mayBeSettled ? [texts.actions] : [])]}>
        {items.map((post) => (
          <Row
            key={post.postId}
            post={post}
            isOfOne={isOfOne}
            onSettle={mayBeSettled ? (as) => setSettling({ post, as }) : undefined}
          />
        ))}
      </Table>
      {settling && <SettlePostDialog {...settling} onClose={() => setSettling(undefined)} />}
    </>
  )
}

interface RowProps {
  readonly post: Post
  readonly isOfOne: boolean
  readonly onSettle: ((as: PostResolution['as']) => void) | undefined
}

function Row({ post, isOfOne, onSettle }: RowProps) {
  const { isSettled } = useSettled()
  const { posts: texts, postReasons, spaceNews } = useTexts()
  const { number, time } = useFormats()
  const { acceptedAt, postedAt, spaceName, news, state, code, digestOf, attempts, appointmentId } = post
  // Operations have no page of appointments.
  const mayLook = useSession().role !== 'ops' && !isOfOne && appointmentId !== undefined
  return (
    <tr>
      <td>
        <Instant at={acceptedAt} />
      </td>
      <td className={styles.what}>{spaceName}</td>
      <td className={styles.what}>
        {news ? spaceNews[news] : texts.test}
        {mayLook && (
          <span className={styles.small}>
            <Link to="/appointments/$appointmentId" params={{ appointmentId }} className={styles.link}>
              {texts.look}
            </Link>
          </span>
        )}
      </td>
      <td className={styles.what}>
        <PostBadge state={state} />
        {postedAt && <span className={styles.small}>{texts.at(time(postedAt))}</span>}
        {digestOf !== undefined && <span className={styles.small}>{texts.digest(number(digestOf))}</span>}
        {code && <span className={styles.small}>{postReasons[code] ?? code}</span>}
      </td>
      <td>{number(attempts)}</td>
      {onSettle && (
        <td>
          {state === 'in doubt' &&
            (isSettled(post.postId, attempts) ? (
              texts.settledHere
            ) : (
              <Settle name={spaceName} onSettle={onSettle} />
            ))}
        </td>
      )}
    </tr>
  )
}

function Settle({ name, onSettle }: { name: string; onSettle: (as: PostResolution['as']) => void }) {
  const { posts: texts } = useTexts()
  return (
    <div className={styles.actions}>
      {(['posted', 'again', 'abandon'] as const).map((as) => (
        <Button
          key={as}
          size="compact-sm"
          variant="default"
          aria-label={texts.settleOf(texts[as], name)}
          onClick={() => onSettle(as)}
        >
          {texts[as]}
        </Button>
      ))}
    </div>
  )
}
