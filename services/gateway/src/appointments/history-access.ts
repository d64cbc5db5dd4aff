import type { HistoryAccess } from '@rounds/contracts'

/** How much of a patient's history a doctor may read now, by treating them or by emergency access. */
export type ReadHistoryAccess = (doctorId: string, patientId: string) => Promise<HistoryAccess>
