import { type CollectionDeclaration, collections, type ServiceName, viewName } from '@rounds/contracts'
import { OperatorError } from '@rounds/kernel'
import { makeViews } from '@rounds/mongo'
import { type Db, MongoClient, MongoServerError } from 'mongodb'

/** What one MongoDB role may do to one collection. */
export interface Privilege {
  readonly resource: { readonly db: string; readonly collection: string }
  readonly actions: readonly string[]
}

/** Services that have a MongoDB user: whoever writes a collection or reads a published one. */
export const mongoUsers: readonly ServiceName[] = [...new Set(collections.flatMap(readersAndOwner))]

/**
 * Makes the views, and one role and one user per service, in the database the URL names, with exactly the rights that
 * `collections.ts` of contracts gives: own collections to write, published ones and views to read, nothing else. Repeating it
 * changes nothing; a changed table or password replaces what was there, and services stay connected.
 * Then it makes the indexes that services may not make themselves.
 */
export async function grantMongoRights(
  adminUrl: string,
  passwords: Readonly<Partial<Record<ServiceName, string>>>,
): Promise<void> {
  const client = new MongoClient(adminUrl, { appName: 'provisioner', serverSelectionTimeoutMS: 10_000 })
  try {
    const database = client.db()
    await makeViews(database)
    for (const service of mongoUsers) {
      const password = passwords[service]
      if (!password)
        throw new OperatorError(
          `the MongoDB user ${service} needs a password: set MONGO_${service.toUpperCase().replaceAll('-', '_')}_PASSWORD`,
        )
      const privileges = privilegesOf(service, database.databaseName)
      await put(database, 'Role', service, { privileges, roles: [] })
      await put(database, 'User', service, {
        pwd: password,
        roles: [{ role: service, db: database.databaseName }],
      })
    }
    await makeAppendOnlyIndexes(database)
  } finally {
    await client.close()
  }
}

/**
 * The indexes of append-only collections, which their owners may not make. One that expires and is not declared deletes what
 * is to stay, whoever made it: it is dropped.
 */
async function makeAppendOnlyIndexes(database: Db): Promise<void> {
  for (const { name, indexes = [] } of collections.filter(({ appendOnly }) => appendOnly)) {
    const collection = database.collection(name)
    const standing = await collection.indexes().catch(unlessThereIsNone)
    for (const one of standing.filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined)) {
      const isDeclared = indexes.some(
        ({ key, expireAfterSeconds }) =>
          JSON.stringify(key) === JSON.stringify(one.key) && expireAfterSeconds === one.expireAfterSeconds,
      )
      if (!isDeclared && one.name !== undefined) await collection.dropIndex(one.name)
    }
    if (indexes.length > 0) await collection.createIndexes(indexes.map((one) => ({ ...one })))
  }
}

const noNamespace = 26
function unlessThereIsNone(fault: unknown): never[] {
  if (fault instanceof MongoServerError && fault.code === noNamespace) return []
  throw fault
}

/** The rights of one service, as data. A collection that it neither owns nor is shown does not occur. */
export const privilegesOf = (
  service: ServiceName,
  db: string,
  declared: readonly CollectionDeclaration[] = collections,
): Privilege[] =>
  declared.flatMap((collection) => {
    const actions = actionsOf(service, collection)
    if (actions.length > 0) return [{ resource: { db, collection: collection.name }, actions }]
    if (!collection.fieldsFor?.[service]) return []
    return [{ resource: { db, collection: viewName(collection.name, service) }, actions: ['find'] }]
  })

function readersAndOwner({ owner, publishedTo, fieldsFor = {} }: CollectionDeclaration): ServiceName[] {
  return [owner, ...publishedTo, ...(Object.keys(fieldsFor) as ServiceName[])]
}

function actionsOf(
  service: ServiceName,
  { owner, publishedTo, appendOnly }: CollectionDeclaration,
): readonly string[] {
  if (service === owner) {
    const adding = ['find', 'insert', 'listIndexes']
    return appendOnly ? adding : [...adding, 'createIndex', 'update', 'remove']
  }
  return publishedTo.includes(service) ? ['find'] : []
}

const existsAlready = { Role: 51002, User: 51003 }

// Created first and updated where it exists: two provisioners at once then end alike.
async function put(database: Db, kind: 'Role' | 'User', name: string, what: object) {
  try {
    await database.command({ [`create${kind}`]: name, ...what })
  } catch (fault) {
    if (!(fault instanceof MongoServerError && fault.code === existsAlready[kind])) throw fault
    await database.command({ [`update${kind}`]: name, ...what })
  }
}
