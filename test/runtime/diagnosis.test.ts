import { diagnose, findProblems, type Diagnosis } from '../../lib/runtime/diagnosis';
import { formatDiagnosis } from '../../lib/runtime/diagnosis-text';

const healthy: Omit<Diagnosis, 'problems'> = {
  versions: {
    'movinet-native': '0.1.0',
    node: '20.0.0',
    npm: '11.0.0',
    compiler: 'c++ 12',
    cmake: '3.25',
    python3: '3.11',
  },
  cpu: { model: 'A CPU', processors: 2, memoryBytes: 2 ** 34, features: ['AVX2'], lacking: ['AVX-512'] },
  nvidia: { driver: undefined, gpus: [] },
  setup: [{ name: 'libtensorflow', done: true }],
  addon: { path: '/a/movinet_native.node', loads: true },
  tensorflow: {
    path: '/lib/libtensorflow_framework.so.2',
    version: '2.21.0',
    build: 'CPU',
    devices: [{ name: '/job:localhost/replica:0/task:0/device:CPU:0', type: 'CPU', memoryBytes: 1 }],
  },
  opencv: { path: '/lib/libopencv_core.so.4.6.0', version: '4.6.0' },
  ffmpeg: { path: '/lib/libavformat.so.59.27.100', version: '59.27.100' },
  missingLibraries: [],
  cudaLibraries: [],
};

describe('findProblems', () => {
  it('finds none where all is well', () => {
    expect(findProblems(healthy)).toEqual([]);
  });

  it('names each library that the loader does not find', () => {
    const problems = findProblems({ ...healthy, missingLibraries: ['libopencv_videoio.so.406', 'libavcodec.so.59'] });
    expect(problems).toEqual([
      'The loader does not find libopencv_videoio.so.406.',
      'The loader does not find libavcodec.so.59.',
    ]);
  });

  it('names each CUDA library that is missing', () => {
    const cudaLibraries = [
      { soname: 'libcudnn.so.9', path: undefined },
      { soname: 'libcudart.so.12', path: '/x/libcudart.so.12' },
    ];
    const tensorflow = { ...healthy.tensorflow, build: 'CUDA' as const };
    expect(findProblems({ ...healthy, tensorflow, cudaLibraries })).toEqual([
      'TensorFlow cannot use a GPU without libcudnn.so.9.',
    ]);
  });

  it('says that a GPU lies idle under the CPU build', () => {
    const problems = findProblems({ ...healthy, nvidia: { driver: '550.54', gpus: [] } });
    expect(problems).toEqual([expect.stringContaining('the CPU build of TensorFlow')]);
  });

  it('sends to set-up for what is not set up', () => {
    const setup = [{ name: 'the native addon', done: false }];
    const addon = { path: '/a', loads: false, error: 'The native addon cannot be loaded' };
    expect(findProblems({ ...healthy, setup, addon })).toEqual([
      'Not set up yet: the native addon. Run `npm run setup`.',
    ]);
  });
});

describe('diagnose', () => {
  it('describes this machine, and every problem reaches the text', async () => {
    const diagnosis = await diagnose();
    expect(diagnosis.versions.node).toBe(process.versions.node);
    expect(diagnosis.setup.map((step) => step.name)).toContain('libtensorflow');
    const text = formatDiagnosis({ ...diagnosis, problems: ['The first.', 'The second.'] });
    expect(text).toContain('Problem: The first.\nProblem: The second.');
    expect(text).toContain(process.versions.node);
  });
});
