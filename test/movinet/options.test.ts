import { UsageError } from '../../lib/base/errors';
import { checkOverrides, movinetOptions, type MovinetOverrides } from '../../lib/movinet/options';

describe('options of the network', () => {
  it('are those of the published models, but for what is given', () => {
    expect(movinetOptions('a3', 'stream', { numClasses: 5, dropoutRate: 0.5 })).toMatchObject({
      ...{ causal: true, convType: '2plus1d', seType: '2plus3d', usePositionalEncoding: true },
      ...{ activation: 'hard_swish', gatingActivation: 'hard_sigmoid', classifierActivation: 'swish' },
      ...{ dropoutRate: 0.5, stochasticDepthDropRate: 0, batchNormMomentum: 0.99, batchNormEpsilon: 1e-3 },
    });
    expect(movinetOptions('a2', 'stream', { numClasses: 5 }).usePositionalEncoding).toBe(false);
  });

  it.each([
    [{ dropoutRate: 1 }, /^Option dropoutRate of the network: /],
    [{ stochasticDepthDropRate: -0.1 }, /^Option stochasticDepthDropRate /],
    [{ batchNormEpsilon: 0 }, /^Option batchNormEpsilon /],
    [{ convType: '4d' }, /^Option convType of the network: .*"3d_2plus1d"/],
    [{ dropout: 0.5 }, /^Unknown option dropout of the network; the options are causal, .*dropoutRate/],
    [{ numClasses: 5 }, /^Unknown option numClasses /],
  ])('refuse %j', (given, message) => {
    const check = () => checkOverrides(given as MovinetOverrides);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });
});
