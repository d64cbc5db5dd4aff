import { useBlocker } from '@tanstack/react-router'
import { LeaveQuestion } from '../parts/leave-question.tsx'
import { unsavedForms } from '../parts/unsaved.ts'

const isUnsaved = () => unsavedForms.any()

/** Asks before a page is left on which something typed is not saved: by a link, by the browser's Back, and by closing the tab. */
export function LeaveGuard() {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  })
  return status === 'blocked' && <LeaveQuestion onLeave={proceed} onStay={reset} />
}
