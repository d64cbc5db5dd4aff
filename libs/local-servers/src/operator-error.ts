/** Something only the person at the keyboard can put right; its one sentence is for them. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
