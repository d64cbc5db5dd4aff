/** The cells of a CSV file (RFC 4180); a reader of its own, so that nobody confirms themself. */
export function csvCells(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (isQuoted) {
      if (char !== '"') cell += char
      else if (text[at + 1] === '"') cell += text[++at]
      else isQuoted = false
    } else if (char === '"') isQuoted = true
    else if (char === ',' || char === '\n') {
      row.push(cell)
      cell = ''
      if (char === '\n') {
        rows.push(row)
        row = []
      }
    } else if (!(char === '\r' && text[at + 1] === '\n')) cell += char
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}
