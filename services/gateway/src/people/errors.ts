import { ProblemError } from '../http/index.ts'

export const numberTaken = () =>
  new ProblemError(409, 'NUMBER_TAKEN', 'Somebody has this number already', {
    errors: [{ pointer: '/number', detail: 'is taken' }],
  })

export const changedMeanwhile = () =>
  new ProblemError(409, 'CHANGED_MEANWHILE', 'Somebody changed this meanwhile', {
    detail: 'Read it again and decide anew.',
  })

export const noSuchDepartment = () =>
  new ProblemError(422, 'UNKNOWN_DEPARTMENT', 'There is no such department', {
    errors: [{ pointer: '/departmentId', detail: 'is no active department' }],
  })
