import { busMembers, type ServiceName } from '@rounds/contracts'

/** The services, and the operator's hand that verifies the audit. */
export type ServerUser = ServiceName | 'auditor'

/** Everyone who gets a password at the servers. */
export const serverUsers: readonly ServerUser[] = [
  ...(Object.keys(busMembers) as (keyof typeof busMembers)[]),
  'provisioner',
  'auditor',
]

/** The variable in which `deploy/nats/nats.conf` looks for a user's password. */
export const natsPasswordVariable = (user: string) =>
  `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`

/** Passwords as a nats-server, or the container of one, wants them in its environment. */
export const natsEnvironment = (passwords: Readonly<Record<string, string>>) =>
  Object.fromEntries(serverUsers.map((user) => [natsPasswordVariable(user), passwords[user] ?? '']))
