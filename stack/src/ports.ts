import { createServer } from 'node:net'
import { OperatorError } from '@rounds/kernel'
import { portHolder } from './port-holder.ts'

/** Every door of the hospital, by the variable that moves it. */
export interface Ports {
  readonly HTTP_PORT: number
  readonly NATS_PORT: number
  readonly NATS_MONITOR_PORT: number
  readonly MONGO_PORT: number
  readonly GATEWAY_OPS_PORT: number
  readonly REPORTS_OPS_PORT: number
  readonly PROVISIONER_OPS_PORT: number
  readonly MAILER_OPS_PORT: number
  readonly CHAT_NOTIFIER_OPS_PORT: number
  readonly SCHEDULER_OPS_PORT: number
  readonly MAIL_SMTP_PORT: number
  readonly MAIL_WEB_PORT: number
  readonly CHAT_SINK_PORT: number
}

export const portNames = [
  'HTTP_PORT',
  'NATS_PORT',
  'NATS_MONITOR_PORT',
  'MONGO_PORT',
  'GATEWAY_OPS_PORT',
  'REPORTS_OPS_PORT',
  'PROVISIONER_OPS_PORT',
  'MAILER_OPS_PORT',
  'CHAT_NOTIFIER_OPS_PORT',
  'SCHEDULER_OPS_PORT',
  'MAIL_SMTP_PORT',
  'MAIL_WEB_PORT',
  'CHAT_SINK_PORT',
] as const satisfies readonly (keyof Ports)[]

/** Refuses, before anything is started, ports that are taken, each with its variable and the process that holds it. */
export async function assertPortsFree(ports: Ports): Promise<void> {
  const taken = []
  for (const name of portNames)
    if (await isTaken(ports[name])) taken.push(`${ports[name]} (${name}${await heldBy(ports[name])})`)
  if (taken.length === 0) return
  const [is, variable] = taken.length === 1 ? ['is', 'that variable'] : ['are', 'those variables']
  throw new OperatorError(
    `Port ${taken.join(', ')} ${is} taken: stop the process that listens there, or set ${variable} to something else.`,
  )
}

async function heldBy(port: number): Promise<string> {
  const holder = await portHolder(port)
  return holder ? `, held by ${holder.name}, process ${holder.pid}` : ''
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)))
  })
}
