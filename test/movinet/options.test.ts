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
    [{ dropoutRate: 1 }, /^Options of the network: dropoutRate must be below 1, got 1$/],
    [{ stochasticDepthDropRate: -0.1 }, /stochasticDepthDropRate must be at least 0, got -0.1/],
    [{ batchNormEpsilon: 0 }, /batchNormEpsilon must be above 0, got 0/],
    [{ convType: '4d' }, /convType must be 3d, 2plus1d, 3d_2plus1d, got "4d"/],
    [{ dropout: 0.5 }, /^Options of the network: there is no option dropout/],
    [{ numClasses: 5 }, /there is no option numClasses/],
  ])('refuse %j', (given, message) => {
    const check = () => checkOverrides(given as MovinetOverrides);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });
});
