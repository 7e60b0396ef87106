import { MovinetError, UsageError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import { chooseDevice } from '../../lib/runtime/device';

const addon = loadAddon();

/** Whether TensorFlow has a GPU here. */
const hasGpu = chooseDevice(addon, 'auto').config.gpu !== undefined;

describe('chooseDevice', () => {
  it.each(['tpu', 'gpu:x', 'cpu:1', ''])('refuses %p', (request) => {
    expect(() => chooseDevice(addon, request)).toThrow(UsageError);
  });

  it('takes the processor when asked, and says so', () => {
    expect(chooseDevice(addon, 'cpu')).toEqual({ config: { cpuOnly: true }, description: 'CPU (as asked)' });
  });

  it('says what auto chose and why', () => {
    expect(chooseDevice(addon).description).toMatch(hasGpu ? /^GPU 0/ : /^CPU \(auto: /);
  });

  (hasGpu ? it.skip : it)('fails in one line where a GPU is asked for in vain', () => {
    expect(() => chooseDevice(addon, 'gpu')).toThrow(MovinetError);
    expect(() => chooseDevice(addon, 'gpu:1')).toThrow(/^No usable GPU: .*npm run doctor/);
  });

  (hasGpu ? it : it.skip)('uses the GPU that is asked for', () => {
    expect(chooseDevice(addon, 'gpu:0')).toMatchObject({ config: { gpu: 0 } });
  });
});
