import { type View, views } from '@rounds/contracts'
import { type Db, MongoServerError } from 'mongodb'

const existsAlready = 48

/**
 * Makes the views through which services read some fields of another's collection. What stands is brought to what is declared:
 * repeating it changes nothing, and whoever reads meanwhile sees the old or the new view.
 */
export async function makeViews(database: Db, declared: readonly View[] = views): Promise<void> {
  for (const { name, viewOn, fields } of declared) {
    // Fields that are kept, and no more: MongoDB then looks through the view at the indexes of the collection.
    const pipeline = [{ $project: Object.fromEntries(fields.map((field) => [field, 1])) }]
    try {
      await database.createCollection(name, { viewOn, pipeline })
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === existsAlready)) throw error
      await database.command({ collMod: name, viewOn, pipeline })
    }
  }
}
