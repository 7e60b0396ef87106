import { UsageError } from '../../lib/base/errors';
import { isCausal, MODEL_IDS, parseModelId } from '../../lib/movinet/model-id';

describe('model ids', () => {
  it('knows base, stream and relu6 stream of A0 to A5 and T0', () => {
    expect(MODEL_IDS).toHaveLength(21);
    for (const id of MODEL_IDS) {
      const { variant, kind } = parseModelId(id);
      expect(`${variant}-${kind}`).toBe(id);
    }
  });

  it.each(['a0', 'a6-base', 'a0-streams', '', 'A0-base'])('refuses %p and lists the models', (id) => {
    expect(() => parseModelId(id)).toThrow(UsageError);
    expect(() => parseModelId(id)).toThrow(/a0-stream-relu6/);
  });

  it('knows which of them can stream', () => {
    expect(MODEL_IDS.filter((id) => !isCausal(id))).toEqual(
      ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 't0'].map((variant) => `${variant}-base`),
    );
  });
});
