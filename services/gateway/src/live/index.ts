import type { AuthModule } from '../auth/index.ts'
import type { ChatModule } from '../chat/index.ts'
import type { GatewayModule } from '../http/index.ts'
import type { JobsModule } from '../jobs/index.ts'
import { streamJobs } from './stream-routes.ts'

/** Jobs and chat as they change, by server-sent events. */
export const liveModule = ({
  now,
  auth: { isSessionValid },
  jobs: { jobs, hub },
  chat: { live },
}: {
  readonly now: () => Date
  readonly auth: AuthModule
  readonly jobs: JobsModule
  readonly chat: ChatModule
}): GatewayModule => ({
  name: 'live',
  routes: [streamJobs({ jobs, hub, chatNews: live, now, isSessionValid })],
})
