/** As much of package-lock.json as is looked at here. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<string, Manifest & { readonly resolved?: string; readonly link?: boolean }>
  >
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * What is wrong with the lockfile, one line per fault: a workspace that wants something else than is locked, or a
 * package that is bound to the registry of whoever locked it.
 */
export function lockfileFaults(lock: Lockfile, manifests: ReadonlyMap<string, Manifest>): string[] {
  const faults: string[] = []
  for (const [path, manifest] of manifests) {
    const locked = lock.packages[path]
    const where = path === '' ? 'package.json' : `${path}/package.json`
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const) {
      if (sorted(manifest[kind]) !== sorted(locked?.[kind]))
        faults.push(`${where} has other ${kind} than the lockfile`)
    }
  }
  for (const [path, { resolved, link }] of Object.entries(lock.packages)) {
    if (!link && resolved?.includes('://')) faults.push(`${path} is bound to one registry`)
  }
  return faults
}

const sorted = (names: Readonly<Record<string, string>> = {}) =>
  JSON.stringify(Object.entries(names).toSorted())
