import { UsageError } from '../../lib/errors';
import { MODEL_IDS, parseModelId } from '../../lib/movinet/model-id';

describe('model ids', () => {
  it('knows base, stream and relu6 stream of A0 to A5', () => {
    expect(MODEL_IDS).toHaveLength(18);
    for (const id of MODEL_IDS) {
      const { variant, kind } = parseModelId(id);
      expect(`${variant}-${kind}`).toBe(id);
    }
  });

  it.each(['a0', 'a6-base', 'a0-streams', '', 'A0-base'])('refuses %p and lists the models', (id) => {
    expect(() => parseModelId(id)).toThrow(UsageError);
    expect(() => parseModelId(id)).toThrow(/a0-stream-relu6/);
  });
});
