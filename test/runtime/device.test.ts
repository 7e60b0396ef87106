import { MovinetError, UsageError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import { isCudaBuild, loadedTensorFlowFramework, missingCudaLibraries } from '../../lib/runtime/cuda-libraries';
import { chooseDevice } from '../../lib/runtime/device';

const addon = loadAddon();

/** Whether TensorFlow has all that it takes to use a GPU. */
const framework = loadedTensorFlowFramework();
const hasGpu = framework !== undefined && isCudaBuild(framework) && missingCudaLibraries(framework).length === 0;

describe('chooseDevice', () => {
  it.each(['tpu', 'gpu:x', 'cpu:1', ''])('refuses %p', async (request) => {
    await expect(chooseDevice(addon, request)).rejects.toThrow(UsageError);
  });

  it('takes the processor when asked, and says so', async () => {
    expect(await chooseDevice(addon, 'cpu')).toEqual({ config: { cpuOnly: true }, description: 'CPU (as asked)' });
  });

  it('says what auto chose and why', async () => {
    expect((await chooseDevice(addon)).description).toMatch(hasGpu ? /^GPU 0/ : /^CPU \(auto: /);
  });

  (hasGpu ? it.skip : it)('fails in one line where a GPU is asked for in vain', async () => {
    await expect(chooseDevice(addon, 'gpu')).rejects.toThrow(MovinetError);
    await expect(chooseDevice(addon, 'gpu:1')).rejects.toThrow(/^No usable GPU: .*npm run doctor/);
  });

  (hasGpu ? it : it.skip)('uses the GPU that is asked for', async () => {
    expect(await chooseDevice(addon, 'gpu:0')).toMatchObject({ config: { gpu: 0 } });
  });
});
