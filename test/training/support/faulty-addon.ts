import type { Addon } from '../../../lib/native/addon';
import type { RunPlan } from '../../../lib/native/session';
import type { NativeTensor } from '../../../lib/native/tensor';
import { addon } from './brightness';

/** The addon, with calls that fail once each, by `error`, where a test wants it. */
export class FaultyAddon {
  /** Training steps until one fails, this one not counted; undefined: none. */
  stepsLeft: number | undefined;
  /** Tensors until one cannot be made. */
  tensorsLeft: number | undefined;
  /** All that were made: what nobody disposes of stays alive, and is counted. */
  private readonly tensors: NativeTensor[] = [];

  constructor(public error: Error) {}

  readonly addon: Addon = {
    ...addon,
    createTensor: (dtype, shape) => {
      if (this.tensorsLeft !== undefined && this.tensorsLeft-- === 0) {
        this.tensorsLeft = undefined;
        throw this.error;
      }
      const tensor = addon.createTensor(dtype, shape);
      this.tensors.push(tensor);
      return tensor;
    },
    createSession: async (graph, config) => {
      const session = await addon.createSession(graph, config);
      const training = new Set<RunPlan>();
      return {
        prepare: (feeds, fetches, targets) => {
          const plan = session.prepare(feeds, fetches, targets);
          if (targets?.some((name) => name.includes('train_step'))) training.add(plan);
          return plan;
        },
        run: async (plan, feeds, options) => {
          if (training.has(plan) && this.stepsLeft !== undefined && this.stepsLeft-- === 0) {
            this.stepsLeft = undefined;
            throw this.error;
          }
          return session.run(plan, feeds, options);
        },
        trace: (...args) => session.trace(...args),
        devices: () => session.devices(),
        close: () => session.close(),
        [Symbol.dispose]: () => session.close(),
      };
    },
  };
}
