/** `<report id>.<fence>.csv`: two claims never write the same file, and nothing a person typed is ever part of a path. */
export const artifactName = (key: string, fence: number, gzip: boolean) =>
  `${key}.${fence}.csv${gzip ? '.gz' : ''}`

export const manifestOf = (file: string) => `${file}.json`
/** What could not be written into the file. */
export const errorsOf = (file: string) => file.replace(/\.csv(\.gz)?$/, '.errors.csv')
export const partOf = (name: string) => `${name}.part`

export interface ArtifactName {
  readonly key: string
  /** With the key: the one CSV file that it is, becomes, or belongs to. */
  readonly fence: number
  readonly isPart: boolean
}

/** Reads such a name; nothing for a file that is none of ours. */
export function parsedArtifactName(name: string): ArtifactName | undefined {
  const [, key, fence, part] =
    /^([A-Za-z0-9_-]{1,64})\.(\d{1,15})(?:\.csv(?:\.gz)?(?:\.json)?|\.errors\.csv)(\.part)?$/.exec(name) ?? []
  if (!key) return undefined
  return { key, fence: Number(fence), isPart: part !== undefined }
}
