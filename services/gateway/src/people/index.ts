export type { Departments, Kind, PatientsTreated, People } from './people.ts'

import { deliverySearchCollation } from '@rounds/contracts'
import { every } from '@rounds/kernel'
import type { Service } from '@rounds/service'
import type { AuditModule } from '../audit/index.ts'
import type { AuthModule } from '../auth/index.ts'
import type { GatewayConfig } from '../config.ts'
import type { ModuleFace } from '../http/index.ts'
import { departmentRoutes } from './department-routes.ts'
import { doctorRoutes } from './doctor-routes.ts'
import { mongoDepartments, mongoPeople, renewOwedNames } from './mongo-people.ts'
import { patientRoutes } from './patient-routes.ts'
import type { PatientsTreated } from './people.ts'

export type PeopleModule = ReturnType<typeof peopleModule>

/** Doctors, patients and departments. */
export function peopleModule(
  { config, log, now, store }: Service<GatewayConfig>,
  {
    audit: { audit, auditRead },
    auth,
    patientsTreated,
  }: { readonly audit: AuditModule; readonly auth: AuthModule; readonly patientsTreated: PatientsTreated },
) {
  const stored = mongoPeople(store, patientsTreated)
  // Whose role or state changes is asked anew who they are.
  const people = { ...stored, change: auth.invalidatingAfter(stored.change) }
  const departments = mongoDepartments(store)
  const zone = config.HOSPITAL_ZONE

  return {
    name: 'people',
    people,
    departments,
    namesOf: people.namesOf,
    activePerson: people.active,
    routes: [
      patientRoutes({ people, audit, auditRead, now, zone }),
      doctorRoutes({ people, departments, audit, now, zone }),
      departmentRoutes({ departments, audit }),
    ],
    indexes: {
      people: [
        { key: { kind: 1, name: 1, _id: 1 } },
        { key: { kind: 1, number: 1 }, unique: true },
        { key: { nameOwed: 1 }, sparse: true },
        // Whose mail waits, by address.
        { key: { mail: 1 }, collation: deliverySearchCollation },
      ],
      departments: [{ key: { name: 1, _id: 1 } }],
    },
    components: [every('names', 60_000, () => renewOwedNames(store), log)],
  } satisfies ModuleFace
}
