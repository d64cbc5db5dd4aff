/** Of these names the one that somebody most likely meant; nothing when none is like it. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const alike = names
    .map((name) => ({ name, changes: changesBetween(plain(written), plain(name)) }))
    .filter(({ name, changes }) => changes <= Math.min(2, Math.floor(name.length / 3)))
  return alike.toSorted((one, other) => one.changes - other.changes)[0]?.name
}

/** Without what people leave out or put in: `patient_id` and `PatientID` are `patientId`. */
const plain = (name: string) =>
  name
    .slice(0, 60)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')

/** Levenshtein's distance. */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [line, letter] of Array.from(one).entries()) {
    const next = [line + 1]
    for (let column = 0; column < other.length; column += 1) {
      const replaced = (row[column] ?? 0) + (letter === other[column] ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
