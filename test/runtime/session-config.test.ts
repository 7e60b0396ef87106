import { setProcessThreads } from '../../lib/runtime/session-config';

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
