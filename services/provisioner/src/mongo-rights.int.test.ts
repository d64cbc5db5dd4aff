import { collections, publishedName, type ServiceName, views } from '@rounds/contracts'
import { type LocalMongo, startMongo } from '@rounds/local-servers'
import { type Db, MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantMongoRights, mongoUsers } from './mongo-rights.ts'

describe('MongoDB rights', () => {
  const clients: MongoClient[] = []
  let mongo: LocalMongo
  let gateway: Db
  let reports: Db

  const as = (service: ServiceName) => {
    const client = new MongoClient(mongo.urlFor(service), { writeConcern: { w: 'majority', journal: true } })
    clients.push(client)
    return client.db()
  }
  const passwords = () => Object.fromEntries(mongoUsers.map((user) => [user, mongo.passwordOf(user)]))
  const refused = expect.objectContaining({ codeName: 'Unauthorized' })

  beforeAll(async () => {
    mongo = await startMongo({ auth: true })
    await grantMongoRights(mongo.url, passwords())
    gateway = as('gateway')
    reports = as('reports')
    await gateway
      .collection<{ _id: string; status: string }>('appointments')
      .insertOne({ _id: 'a', status: 'booked' })
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await mongo.stop()
  })

  it('lets reports read appointments, in a snapshot too', async () => {
    await using client = new MongoClient(mongo.urlFor('reports'))
    await using session = client.startSession({ snapshot: true })
    const seen = await client.db().collection('appointments').find({}, { session }).sort({ _id: 1 }).toArray()
    expect(seen).toEqual([{ _id: 'a', status: 'booked' }])
  })

  it('refuses reports every write to appointments', async () => {
    const appointments = reports.collection('appointments')
    await expect(appointments.insertOne({})).rejects.toEqual(refused)
    await expect(appointments.updateOne({}, { $set: { status: 'checked' } })).rejects.toEqual(refused)
    await expect(appointments.deleteOne({})).rejects.toEqual(refused)
    await expect(appointments.drop()).rejects.toEqual(refused)
    await expect(
      reports
        .collection('exports')
        .aggregate([{ $out: 'appointments' }])
        .toArray(),
    ).rejects.toEqual(refused)
  })

  it('does not show reports what is not published to it', async () => {
    await expect(reports.collection('accounts').findOne()).rejects.toEqual(refused)
    await expect(
      reports
        .collection('exports')
        .aggregate([{ $lookup: { from: 'accounts', pipeline: [], as: 'stolen' } }])
        .toArray(),
    ).rejects.toEqual(refused)
  })

  const appendOnly = collections.filter((one) => one.appendOnly).map(({ name }) => name)
  it.for(appendOnly)('lets the gateway add to %s and take nothing from it, by no command', async (name) => {
    const collection = gateway.collection<{ _id: string }>(name)
    await collection.insertOne({ _id: 'stays' })
    const attempts: readonly object[] = [
      { createIndexes: name, indexes: [{ key: { at: 1 }, name: 'wipe', expireAfterSeconds: 0 }] },
      { collMod: name, index: { keyPattern: { _id: 1 }, expireAfterSeconds: 0 } },
      { collMod: name, validator: { never: true }, validationAction: 'error' },
      { convertToCapped: name, size: 4096 },
      { update: name, updates: [{ q: {}, u: { $set: { did: 'nothing' } }, multi: true }] },
      { findAndModify: name, query: {}, remove: true },
      { delete: name, deletes: [{ q: {}, limit: 0 }] },
      { drop: name },
      { dropIndexes: name, index: '*' },
      { aggregate: 'appointments', pipeline: [{ $merge: { into: name } }], cursor: {} },
      { aggregate: 'appointments', pipeline: [{ $out: name }], cursor: {} },
    ]
    for (const attempt of attempts)
      await expect(gateway.command(attempt), JSON.stringify(attempt)).rejects.toEqual(refused)
    await expect(
      gateway.admin().command({ renameCollection: `${gateway.databaseName}.${name}`, to: 'rounds.gone' }),
    ).rejects.toEqual(refused)
    expect(await collection.countDocuments({ _id: 'stays' })).toBe(1)
  })

  it('makes the indexes of append-only collections, and drops one that would let them expire', async () => {
    await using admin = new MongoClient(mongo.url)
    const audit = admin.db().collection('audit')
    await audit.createIndex({ at: 1 }, { expireAfterSeconds: 3_600, name: 'planted' })
    await grantMongoRights(mongo.url, passwords())

    expect((await audit.indexes()).map(({ name }) => name)).not.toContain('planted')
    for (const { name, indexes = [] } of collections.filter((one) => one.appendOnly)) {
      const keys = (await admin.db().collection(name).indexes()).map(({ key }) => key)
      expect(keys).toEqual(expect.arrayContaining(indexes.map(({ key }) => key)))
    }
  })

  it('lets the gateway look at deliveries and not touch them', async () => {
    await as('mailer').collection('deliveries').insertOne({ state: 'waiting' })
    expect(await gateway.collection('deliveries').findOne()).toMatchObject({ state: 'waiting' })
    await expect(gateway.collection('deliveries').insertOne({})).rejects.toEqual(refused)
    await expect(
      gateway.collection('deliveries').findOneAndUpdate({}, { $set: { state: 'done' } }),
    ).rejects.toEqual(refused)
  })

  describe('through views', () => {
    const documents = (database: Db, name: string) => database.collection<{ _id: string }>(name)
    beforeAll(async () => {
      await gateway.collection<{ _id: string }>('appointments').insertOne({
        _id: 'seen',
        status: 'checked',
        startsAt: new Date(0),
        patient: { id: 'ada', name: 'Ada', number: 'P-ada' },
        diagnosis: 'flu',
        prescription: 'rest',
        reason: 'Cough',
        version: 2,
      } as never)
      await gateway.collection<{ _id: string }>('people').insertOne({
        _id: 'ada',
        name: 'Ada',
        mail: 'ada@example.test',
        phone: '+91 00000 00000',
      } as never)
    })

    it.each(views)(
      '$reader reads $viewOn field by field, and the collection not at all',
      async ({ reader, viewOn, name }) => {
        const theirs = as(reader)
        await theirs.collection(name).findOne()
        await expect(theirs.collection(viewOn).findOne()).rejects.toEqual(refused)
        const join = [{ $lookup: { from: viewOn, pipeline: [], as: 'stolen' } }]
        await expect(theirs.collection(name).aggregate(join).toArray()).rejects.toEqual(refused)
        await expect(theirs.collection(name).insertOne({})).rejects.toThrow()
        await expect(theirs.command({ collMod: name, viewOn, pipeline: [] })).rejects.toEqual(refused)
      },
    )

    it.each(['mailer', 'chat-notifier'] as const)(
      '%s is shown no diagnosis, and no phone number',
      async (service) => {
        const read = async (collection: string) =>
          documents(as(service), publishedName(collection, service)).findOne({
            _id: collection === 'people' ? 'ada' : 'seen',
          })
        const visit = await read('appointments')
        expect(visit).toMatchObject({ patient: { name: 'Ada' } })
        for (const field of ['diagnosis', 'prescription', 'reason']) expect(visit).not.toHaveProperty(field)
        expect(await read('people')).not.toHaveProperty('phone')
      },
    )

    it('the mailer finds visits by the indexes of the collection', async () => {
      const admin = new MongoClient(mongo.url)
      clients.push(admin)
      const base = admin.db().collection('appointments')
      await base.createIndexes([
        { key: { status: 1, startsAt: 1, _id: 1 } },
        { key: { 'doctor.id': 1, startsAt: 1, _id: 1 } },
      ])
      const view = documents(admin.db(), publishedName('appointments', 'mailer'))
      const month = { $gte: new Date(0), $lt: new Date() }
      const plans = [
        view.find({ _id: { $in: ['seen'] } } as never),
        view
          .find({ status: 'booked', startsAt: month } as never)
          .sort({ _id: 1 })
          .limit(500),
        view.aggregate([{ $match: { 'doctor.id': 'rao', startsAt: month } }, { $count: 'visits' }]),
      ]
      for (const plan of plans) {
        const text = JSON.stringify(await plan.explain('queryPlanner'))
        expect(text).toMatch(/IXSCAN|IDHACK|EXPRESS/)
        expect(text).not.toContain('COLLSCAN')
      }
    })

    it('a view that shows more than it should is put right by the next provisioning', async () => {
      const admin = new MongoClient(mongo.url)
      clients.push(admin)
      const [name, viewOn] = [publishedName('appointments', 'mailer'), 'appointments']
      await admin.db().command({ collMod: name, viewOn, pipeline: [] })
      await grantMongoRights(mongo.url, passwords())
      const visit = await documents(as('mailer'), name).findOne({ _id: 'seen' })
      expect(visit).not.toHaveProperty('diagnosis')
    })
  })

  it('lets an owner do all its work needs, indexes that expire included', async () => {
    const exports = reports.collection('exports')
    await exports.createIndex({ settledAt: 1 }, { expireAfterSeconds: 60 })
    await exports.findOneAndUpdate({ key: 'k' }, { $set: { state: 'waiting' } }, { upsert: true })
    await exports.bulkWrite([{ updateOne: { filter: { key: 'k' }, update: { $set: { state: 'done' } } } }])
    expect(await exports.indexes()).toHaveLength(2)
    await exports.deleteOne({ key: 'k' })
  })

  it('refuses every service the users, other databases and undeclared collections', async () => {
    await expect(gateway.command({ usersInfo: 1 })).rejects.toEqual(refused)
    await expect(gateway.collection('elsewhere').insertOne({})).rejects.toEqual(refused)
    await expect(reports.command({ createUser: 'me', pwd: 'x', roles: [] })).rejects.toEqual(refused)
  })

  it('may be repeated while services work, and takes a new password', async () => {
    await grantMongoRights(mongo.url, passwords())
    expect(await reports.collection('appointments').countDocuments()).toBe(2)

    await grantMongoRights(mongo.url, { ...passwords(), reports: 'pAnother' })
    await using old = new MongoClient(mongo.urlFor('reports'))
    await expect(old.db().collection('exports').findOne()).rejects.toThrow(/authentication failed/i)
    await grantMongoRights(mongo.url, passwords())
  })

  it('names the variable of a password that is missing', async () => {
    await expect(grantMongoRights(mongo.url, {})).rejects.toThrow('set MONGO_GATEWAY_PASSWORD')
  })
})
