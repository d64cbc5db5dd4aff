import { accept } from './accept.ts'
import type { Bench } from './bench.ts'
import { chat } from './chat.ts'
import { csv } from './csv.ts'
import { job } from './job.ts'
import { mail } from './mail.ts'
import { responsiveness } from './responsiveness.ts'

export const benches: readonly Bench[] = [csv, accept, job, mail, chat, responsiveness]
