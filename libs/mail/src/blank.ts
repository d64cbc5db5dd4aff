/** Nothing that a reader would see: no value, spaces, or characters without a shape. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && !visible.test(value))

/** As a JSON Schema writes it. */
export const visiblePattern = '[^\\s\\p{C}\\p{Z}]'
const visible = new RegExp(visiblePattern, 'u')
