import { ModelStream } from '../../lib/inference/model-stream';
import { Predictor } from '../../lib/inference/predictor';
import type { Addon } from '../../lib/native/addon';
import { Trainer } from '../../lib/training/trainer';
import { addon, tinyModel } from '../training/support/brightness';

/** An addon in whose sessions no run can be prepared; `open` are those that were not closed. */
function refusing(): { addon: Addon; open: Set<object> } {
  const open = new Set<object>();
  const createSession: Addon['createSession'] = async (...given) => {
    const session = await addon.createSession(...given);
    open.add(session);
    const close = (): void => {
      open.delete(session);
      session.close();
    };
    return {
      prepare: () => {
        throw new Error('no room');
      },
      run: (...args) => session.run(...args),
      trace: (...args) => session.trace(...args),
      devices: () => session.devices(),
      close,
      [Symbol.dispose]: close,
    };
  };
  return { addon: { ...addon, createSession }, open };
}

it.each([
  ['a predictor', (refuses: Addon) => Predictor.open(tinyModel(), { addon: refuses })],
  ['a stream', (refuses: Addon) => ModelStream.open(tinyModel(), { addon: refuses })],
  ['a trainer', (refuses: Addon) => new Trainer({ model: tinyModel(), addon: refuses }).snapshot()],
])('%s that cannot be opened leaves no session open', async (_, start) => {
  const { addon: refuses, open } = refusing();
  await expect(start(refuses)).rejects.toThrow('no room');
  expect(open.size).toBe(0);
});
