import type { Post, PostResolution } from '@rounds/contracts/http'
import { useQueryClient } from '@tanstack/react-query'
import { Confirm } from '../../parts/confirm.tsx'
import { useSettled } from '../../parts/settled.ts'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import { settlePost } from './chat-queries.ts'

interface SettlePostDialogProps {
  readonly post: Post
  readonly as: PostResolution['as']
  readonly onClose: () => void
}

/** What nobody can know but a person who looked into the space. */
export function SettlePostDialog({ post, as, onClose }: SettlePostDialogProps) {
  const { posts: texts, spaceNews } = useTexts()
  const queries = useQueryClient()
  const { tell } = useToast()
  const { settle: markSettled } = useSettled()
  const settle = async () => {
    await settlePost(post.postId, as)
    markSettled(post.postId, post.attempts)
    tell(texts.settled)
    await queries.invalidateQueries({ queryKey: ['chat'] })
  }
  return (
    <Confirm
      title={texts.settleTitles[as]}
      what={`${post.spaceName}: ${post.news ? spaceNews[post.news] : texts.test}`}
      detail={texts.settleDetails[as]}
      yes={texts.settleYes[as]}
      no={texts.no}
      isDestructive={as === 'abandon'}
      onYes={settle}
      onClose={onClose}
    />
  )
}
