import { Type } from 'typebox'
import { ProblemError } from '../problem-error.ts'

/** Optional: who sends it learns when somebody else was faster. */
export const ifMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ maxLength: 200, description: 'The ETag of what was read' })),
})

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
