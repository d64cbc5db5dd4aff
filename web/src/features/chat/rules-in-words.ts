import type { SpaceRule } from '@rounds/contracts/http'
import { useQuery } from '@tanstack/react-query'
import { useTexts } from '../../texts/texts.ts'
import { departmentsQuery, doctorsQuery } from '../appointments/appointment-queries.ts'

/** A rule as a sentence: "Checked by the doctor, booked: department Cardiology". */
export function useRuleInWords(): (rule: SpaceRule) => string {
  const { rule: texts, spaceNews } = useTexts()
  const departments = useQuery(departmentsQuery).data?.items ?? []
  const doctors = useQuery(doctorsQuery).data?.items ?? []
  return ({ news, departmentId, doctorId, patientId }) => {
    const department = departments.find((one) => one.departmentId === departmentId)?.name ?? departmentId
    const doctor = doctors.find((one) => one.doctorId === doctorId)?.name ?? doctorId
    const whose = [
      ...(department ? [texts.department(department)] : []),
      ...(doctor ? [texts.doctor(doctor)] : []),
      ...(patientId ? [texts.patient(patientId)] : []),
    ]
    const what = news.map((one, index) => (index === 0 ? spaceNews[one] : spaceNews[one].toLowerCase()))
    return texts.of(what.join(', '), whose.join(texts.and) || texts.everybody)
  }
}
