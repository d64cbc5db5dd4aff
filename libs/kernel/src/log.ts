/** How anything says what it does. Fields that are not on the logger's list are dropped: a log line is no place for people. */
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
}

export type Fields = Readonly<Record<string, unknown>>

/** For whoever has nobody to tell. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
