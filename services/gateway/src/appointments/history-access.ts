import type { HistoryAccess } from '@rounds/contracts'

/** How much of a patient's history a doctor may read now, by treating them or by emergency access. */
export type ReadHistoryAccess = (doctorId: string, patientId: string) => Promise<HistoryAccess>

/** Who among these people has a treatment relation with the doctor. Emergency access makes none. */
export type PatientsTreated = (doctorId: string, among: readonly string[]) => Promise<ReadonlySet<string>>
