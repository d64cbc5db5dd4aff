const quote = 0x22
const lineFeed = 0x0a

/** Counts the records of a CSV file that comes in pieces; a line break inside quotes ends none. */
export function csvRecords(): { add(piece: Uint8Array): void; count(): number } {
  let records = 0
  let isQuoted = false
  return {
    add: (piece) => {
      for (const byte of piece) {
        if (byte === quote) isQuoted = !isQuoted
        else if (byte === lineFeed && !isQuoted) records += 1
      }
    },
    count: () => records,
  }
}
