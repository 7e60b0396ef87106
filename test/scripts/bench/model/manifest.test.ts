import { formatManifest, type Manifest, type ManifestBenchmark } from '../../../../scripts/bench/model/manifest';
import { MovinetError } from '../../../../lib/base/errors';

const forward: ManifestBenchmark = {
  name: 'Forward/a0-base/batch:2',
  count: 2,
  unit: 'clips',
  feeds: [{ output: 'clips:0', shape: [2, 8, 64, 64, 3], fill: 'uniform', number: 1 }],
  states: [{ dtype: 'int32', input: 'count:0', shape: [1], output: 'count/Add:0' }],
  fetches: ['head/Mean:0'],
  targets: [],
};

const step: ManifestBenchmark = {
  name: 'Step/a0-base/batch:2',
  count: 2,
  unit: 'clips',
  feeds: [
    { output: 'targets:0', shape: [2, 10], fill: 'value', number: 0.1 },
    { output: 'optimizer/Placeholder:0', shape: [], fill: 'value', number: 0.001 },
  ],
  fetches: [],
  targets: ['train_step'],
};

const manifest: Manifest = {
  config: 'config.pb',
  graphs: [
    { graphDef: 'forward.pb', variables: [], benchmarks: [forward] },
    {
      graphDef: 'step.pb',
      values: 'step.values',
      variables: [{ initialValue: 'w/InitialValue:0', assign: 'w/Assign', shape: [480, 10] }],
      benchmarks: [step],
    },
  ],
};

it('writes a line for each thing, below what it belongs to', () => {
  expect(formatManifest(manifest)).toBe(
    [
      'config config.pb',
      'graph forward.pb',
      'benchmark Forward/a0-base/batch:2 2 clips',
      'feed clips:0 2x8x64x64x3 uniform 1',
      'state int32 count:0 1 count/Add:0',
      'fetch head/Mean:0',
      'graph step.pb',
      'values step.values',
      'variable w/InitialValue:0 w/Assign 480x10',
      'benchmark Step/a0-base/batch:2 2 clips',
      'feed targets:0 2x10 value 0.1',
      'feed optimizer/Placeholder:0 scalar value 0.001',
      'target train_step',
      '',
    ].join('\n'),
  );
});

it.each(['with space', 'with\nnewline', ''])('refuses the name "%s", which would be read as something else', (name) => {
  const graphs = [{ graphDef: 'a.pb', variables: [], benchmarks: [{ ...forward, name }] }];
  expect(() => formatManifest({ config: 'config.pb', graphs })).toThrow(MovinetError);
});
