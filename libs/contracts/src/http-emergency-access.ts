import { type Static, Type } from 'typebox'
import { broken, nextPage, pageQuery } from './http-problem.ts'
import { identifier, instant } from './identifier.ts'

/** POST /v1/emergency-access */
export const newEmergencyAccess = Type.Object(
  {
    patientId: identifier('Whose history'),
    reason: Type.String({
      minLength: 10,
      maxLength: 500,
      pattern: '\\S[^]{8,}\\S',
      description: 'Why it is needed now, for the admins who read it. At least ten characters',
    }),
  },
  { additionalProperties: false },
)

const who = Type.Object({ id: Type.String(), name: Type.String() })

export const emergencyAccess = Type.Object({
  accessId: identifier('The access'),
  doctor: who,
  patient: who,
  reason: Type.String(),
  at: instant('When it was opened'),
  until: instant('When it ends'),
})
export type EmergencyAccess = Static<typeof emergencyAccess>

export const emergencyAccessQuery = Type.Object(pageQuery, { additionalProperties: false })
export const emergencyAccessList = Type.Object({ items: Type.Array(emergencyAccess), next: nextPage, broken })
