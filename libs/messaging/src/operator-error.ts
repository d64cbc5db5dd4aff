/** A mistake that only the operator can mend. Its message is one sentence for them; a process prints it and ends. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
