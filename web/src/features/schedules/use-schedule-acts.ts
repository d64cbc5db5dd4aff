import type { Schedule } from '@rounds/contracts/http'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { clickKeys } from '../../http/click-key.ts'
import { useToast } from '../../parts/toast.ts'
import { useTexts } from '../../texts/texts.ts'
import {
  firesQuery,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  runSchedule,
  scheduleQuery,
  schedulesQuery,
} from './schedule-queries.ts'

type Act = { readonly run: true } | { readonly pause: string } | { readonly resume: true }

/** What may be done with a schedule. Rejects when it was refused, and says so beside the page too. */
export function useScheduleActs({ scheduleId, version }: Schedule) {
  const { schedule: texts, schedules } = useTexts()
  const queries = useQueryClient()
  const { tell, warn } = useToast()
  const [keys] = useState(clickKeys)
  const mutation = useMutation<unknown, Error, Act>({
    mutationFn: (act) => {
      const key = keys.keyFor({ act, version })
      if ('run' in act) return runSchedule(scheduleId, key)
      return 'pause' in act ? pauseSchedule(scheduleId, act.pause, key) : resumeSchedule(scheduleId, key)
    },
    onSuccess: async (_answer, act) => {
      keys.accepted()
      tell('run' in act ? texts.ran : 'pause' in act ? schedules.paused : texts.resumed)
      await Promise.all([
        queries.invalidateQueries({ queryKey: scheduleQuery(scheduleId).queryKey }),
        queries.invalidateQueries({ queryKey: firesQuery(scheduleId).queryKey }),
        queries.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
      ])
    },
    onError: (error) => warn(error),
  })
  const removal = useMutation({
    mutationFn: () => removeSchedule(scheduleId, version),
    onSuccess: async () => {
      tell(texts.removed)
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey })
    },
    onError: (error) => warn(error),
  })
  return {
    run: () => mutation.mutateAsync({ run: true }),
    pause: (reason: string) => mutation.mutateAsync({ pause: reason }),
    resume: () => mutation.mutateAsync({ resume: true }),
    remove: () => removal.mutateAsync(),
    isBusy: mutation.isPending || removal.isPending,
  }
}
