import type { Role } from '@rounds/contracts'

/** A demo account. The passwords are no secret: they stand on the screen, and the demo hears on this machine only. */
export interface Login {
  readonly role: Role
  readonly login: string
  readonly password: string
  readonly personId: string
}

const login = (role: Role, password: string, name: string = role): Login => ({
  role,
  login: `${name}@example.test`,
  password,
  personId: `demo-${name}`,
})

export const logins = {
  admin: login('admin', 'rounds-admin-demo'),
  doctor: login('doctor', 'rounds-doctor-demo'),
  patient: login('patient', 'rounds-patient-demo'),
  ops: login('ops', 'rounds-ops-demo'),
  /** What one admin sends to many, another approves. The sign-in page's button is for the first by name. */
  secondAdmin: login('admin', 'rounds-approver-demo', 'approver'),
} as const
