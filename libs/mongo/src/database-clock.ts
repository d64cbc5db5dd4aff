import type { Document, MongoClient } from 'mongodb'

/**
 * The database's clock as it is known here: the time in the primary's last heartbeat and what has gone by since. It is
 * behind by the way of that message, and never ahead, so that nothing is due later and no lease longer than it should be.
 * For inserts, which know no `$$NOW`; every other instant is written by the database itself.
 */
export function databaseClock(client: Pick<MongoClient, 'on'>): () => Date {
  let ahead: number | undefined
  client.on('serverHeartbeatSucceeded', ({ reply }: { reply: Document }) => {
    if (reply.isWritablePrimary && reply.localTime instanceof Date)
      ahead = reply.localTime.getTime() - performance.now()
  })
  return () => {
    if (ahead === undefined) throw new Error('the database has not been heard of yet')
    return new Date(Math.floor(performance.now() + ahead))
  }
}
