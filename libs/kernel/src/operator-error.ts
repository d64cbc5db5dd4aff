/**
 * Something only the person who runs the process can put right: a server too old, a port taken. The message is one
 * sentence for them; it is printed as it is, without a stack. Known by its name, so other libraries may have their own.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}
