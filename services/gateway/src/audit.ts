import type { FastifyRequest } from 'fastify'

/**
 * Writes down who did what, to what, from where. Rejects when it could not be written, and then the action fails:
 * what cannot be accounted for does not happen. Identifiers only; `did` is a dotted verb such as `report.downloaded`.
 */
export type Audit = (request: FastifyRequest, did: string, to: string) => Promise<void>
