import type { Role } from '@rounds/contracts'

/** A demo account. The passwords are no secret: they stand on the screen, and the demo hears on this machine only. */
export interface Login {
  readonly role: Role
  readonly login: string
  readonly password: string
  readonly personId: string
}

const login = (role: Role, password: string): Login => ({
  role,
  login: `${role}@example.test`,
  password,
  personId: `demo-${role}`,
})

export const logins = {
  admin: login('admin', 'rounds-admin-demo'),
  doctor: login('doctor', 'rounds-doctor-demo'),
  patient: login('patient', 'rounds-patient-demo'),
  ops: login('ops', 'rounds-ops-demo'),
} as const
