export { artifactName, parsedArtifactName } from './artifact-name.ts'
export type { ArtifactStore, SealedFile, StoredFile } from './artifact-store.ts'
export { directoryArtifacts } from './directory-artifacts.ts'
