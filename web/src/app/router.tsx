import type { Session } from '@rounds/contracts/http'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { readAppointmentSearch } from '../features/appointments/appointment-search.ts'
import { readCampaignSearch } from '../features/campaigns/campaign-search.ts'
import { readPostSearch } from '../features/chat/post-search.ts'
import { readDeadLetterSearch } from '../features/dead-letters/dead-letter-search.ts'
import { readDeliverySearch } from '../features/deliveries/delivery-search.ts'
import { readReportSearch } from '../features/reports/report-search.ts'
import { returnTo } from '../features/sign-in/return-to.ts'
import { sessionQuery, welcomeQuery } from '../features/sign-in/session.ts'
import { SignInPage } from '../features/sign-in/sign-in-page.tsx'
import { lazily } from '../parts/lazily.tsx'
import { Fault } from './fault.tsx'
import { homeOf, type PagePath, pagesOf } from './home.ts'
import { Hospital } from './hospital.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { Shell } from './shell.tsx'

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  loader: ({ context }) => context.queries.ensureQueryData(welcomeQuery),
  component: () => (
    <Hospital>
      <Outlet />
    </Hospital>
  ),
  notFoundComponent: NotFoundPage,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ back }): { back?: string } => {
    const path = returnTo(back)
    return path === undefined ? {} : { back: path }
  },
  beforeLoad: async ({ context, search }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (session) throw redirect({ href: search.back ?? homeOf(session.role) })
  },
  component: SignInPage,
})

/** Everything behind the door: nobody comes in unknown, and everybody finds their way back to where they wanted to go. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (session) return { session }
    const back = returnTo(location.href)
    throw redirect({ to: '/sign-in', search: back && back !== '/' ? { back } : {} })
  },
  component: Shell,
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.session.role) })
  },
})

/** Whoever strays to a page of another role goes to their own first page. */
const onlyWhoHas =
  (page: PagePath) =>
  ({ context }: { context: { session: Session } }) => {
    const { role } = context.session
    if (!pagesOf(role).includes(page)) throw redirect({ to: homeOf(role) })
  }

const appointments = createRoute({
  getParentRoute: () => inside,
  path: '/appointments',
  validateSearch: readAppointmentSearch,
  beforeLoad: onlyWhoHas('/appointments'),
  component: lazily(
    async () => (await import('../features/appointments/appointments-page.tsx')).AppointmentsPage,
  ),
})

const appointment = createRoute({
  getParentRoute: () => inside,
  path: '/appointments/$appointmentId',
  beforeLoad: onlyWhoHas('/appointments'),
  component: lazily(
    async () => (await import('../features/appointments/appointment-page.tsx')).AppointmentPage,
  ),
})

const history = createRoute({
  getParentRoute: () => inside,
  path: '/history',
  beforeLoad: onlyWhoHas('/history'),
  component: lazily(async () => (await import('../features/history/history-page.tsx')).HistoryPage),
})

const reports = createRoute({
  getParentRoute: () => inside,
  path: '/reports',
  validateSearch: readReportSearch,
  beforeLoad: onlyWhoHas('/reports'),
  component: lazily(async () => (await import('../features/reports/reports-page.tsx')).ReportsPage),
})

const report = createRoute({
  getParentRoute: () => inside,
  path: '/reports/$jobId',
  beforeLoad: onlyWhoHas('/reports'),
  component: lazily(async () => (await import('../features/reports/report-page.tsx')).ReportPage),
})

const campaigns = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns',
  validateSearch: readCampaignSearch,
  beforeLoad: onlyWhoHas('/campaigns'),
  component: lazily(async () => (await import('../features/campaigns/campaigns-page.tsx')).CampaignsPage),
})

const campaignEditor = () => import('../features/campaigns/campaign-editor.tsx')

const newCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new',
  beforeLoad: onlyWhoHas('/campaigns'),
  component: lazily(async () => (await campaignEditor()).NewCampaignPage),
})

const campaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$campaignId',
  beforeLoad: onlyWhoHas('/campaigns'),
  component: lazily(async () => (await import('../features/campaigns/campaign-page.tsx')).CampaignPage),
})

const editCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$campaignId/edit',
  beforeLoad: onlyWhoHas('/campaigns'),
  component: lazily(async () => (await campaignEditor()).EditCampaignPage),
})

const deliveries = createRoute({
  getParentRoute: () => inside,
  path: '/deliveries',
  validateSearch: readDeliverySearch,
  beforeLoad: onlyWhoHas('/deliveries'),
  component: lazily(async () => (await import('../features/deliveries/deliveries-page.tsx')).DeliveriesPage),
})

const schedules = createRoute({
  getParentRoute: () => inside,
  path: '/schedules',
  beforeLoad: onlyWhoHas('/schedules'),
  component: lazily(async () => (await import('../features/schedules/schedules-page.tsx')).SchedulesPage),
})

const scheduleEditor = () => import('../features/schedules/schedule-editor.tsx')

const newSchedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/new',
  beforeLoad: onlyWhoHas('/schedules'),
  component: lazily(async () => (await scheduleEditor()).NewSchedulePage),
})

const schedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/$scheduleId',
  beforeLoad: onlyWhoHas('/schedules'),
  component: lazily(async () => (await import('../features/schedules/schedule-page.tsx')).SchedulePage),
})

const editSchedule = createRoute({
  getParentRoute: () => inside,
  path: '/schedules/$scheduleId/edit',
  beforeLoad: onlyWhoHas('/schedules'),
  component: lazily(async () => (await scheduleEditor()).EditSchedulePage),
})

const spaces = createRoute({
  getParentRoute: () => inside,
  path: '/chat',
  beforeLoad: onlyWhoHas('/chat'),
  component: lazily(async () => (await import('../features/chat/spaces-page.tsx')).SpacesPage),
})

const posts = createRoute({
  getParentRoute: () => inside,
  path: '/chat/posts',
  validateSearch: readPostSearch,
  beforeLoad: onlyWhoHas('/chat'),
  component: lazily(async () => (await import('../features/chat/posts-page.tsx')).PostsPage),
})

const spaceEditor = () => import('../features/chat/space-editor.tsx')

const newSpace = createRoute({
  getParentRoute: () => inside,
  path: '/chat/new',
  beforeLoad: onlyWhoHas('/chat'),
  component: lazily(async () => (await spaceEditor()).NewSpacePage),
})

const space = createRoute({
  getParentRoute: () => inside,
  path: '/chat/$spaceId',
  beforeLoad: onlyWhoHas('/chat'),
  component: lazily(async () => (await import('../features/chat/space-page.tsx')).SpacePage),
})

const editSpace = createRoute({
  getParentRoute: () => inside,
  path: '/chat/$spaceId/edit',
  beforeLoad: onlyWhoHas('/chat'),
  component: lazily(async () => (await spaceEditor()).EditSpacePage),
})

const systems = createRoute({
  getParentRoute: () => inside,
  path: '/systems',
  beforeLoad: onlyWhoHas('/systems'),
  component: lazily(async () => (await import('../features/systems/systems-page.tsx')).SystemsPage),
})

const emergencyAccess = createRoute({
  getParentRoute: () => inside,
  path: '/emergency-access',
  beforeLoad: onlyWhoHas('/emergency-access'),
  component: lazily(
    async () => (await import('../features/emergency-access/emergency-access-page.tsx')).EmergencyAccessPage,
  ),
})

const deadLetters = createRoute({
  getParentRoute: () => inside,
  path: '/dead-letters',
  validateSearch: readDeadLetterSearch,
  beforeLoad: onlyWhoHas('/dead-letters'),
  component: lazily(
    async () => (await import('../features/dead-letters/dead-letters-page.tsx')).DeadLettersPage,
  ),
})

const deadLetter = createRoute({
  getParentRoute: () => inside,
  path: '/dead-letters/$deadLetterId',
  beforeLoad: onlyWhoHas('/dead-letters'),
  component: lazily(
    async () => (await import('../features/dead-letters/dead-letter-page.tsx')).DeadLetterPage,
  ),
})

const chainPage = () => import('../features/chains/chain-page.tsx')

const chains = createRoute({
  getParentRoute: () => inside,
  path: '/chains',
  validateSearch: ({ about }): { about?: string } =>
    typeof about === 'string' && about.length <= 200 ? { about } : {},
  beforeLoad: onlyWhoHas('/dead-letters'),
  component: lazily(async () => (await chainPage()).ChainsPage),
})

const chain = createRoute({
  getParentRoute: () => inside,
  path: '/chains/$correlationId',
  beforeLoad: onlyWhoHas('/dead-letters'),
  component: lazily(async () => (await chainPage()).ChainPage),
})

const messages = createRoute({
  getParentRoute: () => inside,
  path: '/messages',
  beforeLoad: onlyWhoHas('/messages'),
  component: lazily(async () => (await import('../features/messages/messages-page.tsx')).MessagesPage),
})

/** For whoever follows a link in a mail, signed in or not. */
const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe/$token',
  component: lazily(
    async () => (await import('../features/unsubscribe/unsubscribe-page.tsx')).UnsubscribePage,
  ),
})

const tree = root.addChildren([
  signIn,
  unsubscribe,
  inside.addChildren([
    ...[home, appointments, appointment, history, messages, reports, report],
    ...[campaigns, newCampaign, campaign, editCampaign, deliveries],
    ...[schedules, newSchedule, schedule, editSchedule, systems, emergencyAccess],
    ...[deadLetters, deadLetter, chains, chain],
    ...[spaces, posts, newSpace, space, editSpace],
  ]),
])

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    // The query client knows what is fresh.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: Fault,
    defaultNotFoundComponent: NotFoundPage,
    notFoundMode: 'root',
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
