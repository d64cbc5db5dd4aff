import { inject } from 'vitest'
import { shareTestServers } from './test-servers.ts'

shareTestServers(inject('servers'))
