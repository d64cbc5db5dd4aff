import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** A Chromium to drive: the one `CHROMIUM_PATH` names, or one on PATH. */
export function findChromium(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { CHROMIUM_PATH: named, PATH = '' } = environment
  const candidates = named
    ? [named]
    : PATH.split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
