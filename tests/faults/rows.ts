import type { Row } from './row.ts'
import { acceptWithNatsDown } from './rows/accept-with-nats-down.ts'
import { auditTamper } from './rows/audit-tamper.ts'
import { chat } from './rows/chat.ts'
import { chatNetwork } from './rows/chat-network.ts'
import { diskFull } from './rows/disk-full.ts'
import { downloads } from './rows/downloads.ts'
import { duplicates } from './rows/duplicates.ts'
import { killGateway } from './rows/kill-gateway.ts'
import { killReports } from './rows/kill-reports.ts'
import { mail } from './rows/mail.ts'
import { mailNetwork } from './rows/mail-network.ts'
import { mongoKilled } from './rows/mongo-killed.ts'
import { mongoStepdown } from './rows/mongo-stepdown.ts'
import { natsClusterDiskLost } from './rows/nats-cluster-disk-lost.ts'
import { natsKilled } from './rows/nats-killed.ts'
import { natsRestoredFromCopy } from './rows/nats-restored-from-copy.ts'
import { natsWiped } from './rows/nats-wiped.ts'
import { network } from './rows/network.ts'
import { powerCut } from './rows/power-cut.ts'
import { rollingRestart } from './rows/rolling-restart.ts'
import { schedulers } from './rows/schedulers.ts'
import { silentStop } from './rows/silent-stop.ts'
import { zombie } from './rows/zombie.ts'

/** Every row, in the order in which they are run. */
export const rows: readonly Row[] = [
  killReports,
  killGateway,
  natsKilled,
  natsWiped,
  natsRestoredFromCopy,
  natsClusterDiskLost,
  mongoKilled,
  mongoStepdown,
  network,
  zombie,
  duplicates,
  diskFull,
  powerCut,
  downloads,
  silentStop,
  rollingRestart,
  acceptWithNatsDown,
  schedulers,
  mail,
  mailNetwork,
  chat,
  chatNetwork,
  auditTamper,
]

/** Those which say most in little time; `npm test` runs them. */
export const quickRows: readonly Row[] = [killReports, killGateway, natsWiped, mongoKilled, zombie]
