import { ConfigProto } from '../../lib/native/messages';
import { encodeSessionConfig, type SessionConfig, setProcessThreads } from '../../lib/runtime/session-config';

const ON = 1;

describe('encodeSessionConfig', () => {
  const configOf = (given: SessionConfig): unknown =>
    ConfigProto.toObject(ConfigProto.decode(encodeSessionConfig(given)), { defaults: false });

  it.each<[SessionConfig, object]>([
    [{}, { gpu_options: { allow_growth: true } }],
    [{ gpu: 1 }, { gpu_options: { allow_growth: true, visible_device_list: '1' } }],
    [{ cpuOnly: true }, { device_count: { GPU: 0 } }],
    [{ precision: 'float16' }, { graph_options: { rewrite_options: { auto_mixed_precision: ON } } }],
    [{ precision: 'bfloat16' }, { graph_options: { rewrite_options: { auto_mixed_precision_onednn_bfloat16: ON } } }],
    [{ xla: true }, { graph_options: { optimizer_options: { global_jit_level: ON, cpu_global_jit: true } } }],
  ])('tells TensorFlow of %j', (given, expected) => {
    expect(configOf(given)).toMatchObject(expected);
  });

  it('leaves compiling alone unless it is asked for', () => {
    expect(configOf({ xla: false })).toEqual(configOf({}));
    expect(configOf({})).not.toHaveProperty('graph_options.optimizer_options');
  });
});

const threads = () => [process.env['TF_NUM_INTRAOP_THREADS'], process.env['TF_NUM_INTEROP_THREADS']];

describe('setProcessThreads', () => {
  beforeEach(() => {
    delete process.env['TF_NUM_INTRAOP_THREADS'];
    delete process.env['TF_NUM_INTEROP_THREADS'];
  });

  it('tells TensorFlow by its variables', () => {
    setProcessThreads(3);
    expect(threads()).toEqual(['3', '1']);
  });

  it('wins over the environment, unless it is but a suggestion', () => {
    process.env['TF_NUM_INTRAOP_THREADS'] = '8';
    setProcessThreads(1, { suggested: true });
    expect(threads()).toEqual(['8', '1']);
    setProcessThreads(2);
    expect(threads()).toEqual(['2', '1']);
  });
});
