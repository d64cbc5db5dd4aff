import { busContract } from '../test/bus-contract.ts'
import { memoryBroker, memoryBus } from './memory-bus.ts'

busContract('the memory bus', 30, async () => {
  const broker = memoryBroker()
  return {
    bus: async () => memoryBus({ broker }),
    put: async (parcel) => broker.put(parcel),
    kept: async () => broker.kept,
    close: async () => {},
  }
})
