import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../../lib/native/addon';
import { KERNEL_KINDS } from '../../../lib/native/kernels';
import { describeMovinet } from '../../../lib/movinet/describe-movinet';
import { compareWithGolden } from '../../../scripts/parity/compare';
import { goldenOptions, readGoldenFile } from '../../../scripts/parity/golden-file';

const folder = join(__dirname, '..', '..', 'fixtures', 'golden');

describe('the official implementation’s numbers', () => {
  const addon = loadAddon();

  test.each(readdirSync(folder))(
    '%s',
    async (file) => {
      const golden = await readGoldenFile(join(folder, file));
      // Of a network that learns from its first layer on, nothing is fused.
      const kinds = golden.case.endsWith('-full') ? (['plain'] as const) : KERNEL_KINDS;
      for (const kernels of kinds) {
        const report = await compareWithGolden(addon, golden, { cpuOnly: true, kernels });
        expect([kernels, report]).toMatchObject([kernels, { passed: true }]);
      }
    },
    240_000,
  );

  test.each(readdirSync(folder))('%s: the number of variables and parameters', async (file) => {
    const golden = await readGoldenFile(join(folder, file));
    const { parameters } = describeMovinet(goldenOptions(golden));
    const size = parameters.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
    expect([parameters.length, size]).toEqual([golden.variables, golden.parameters]);
  });

  it('notices a wrong number', async () => {
    const golden = await readGoldenFile(join(folder, 'a0-relu6.json'));
    const logits = [...(golden.logits ?? [])];
    logits[17] = (logits[17] as number) + 0.01;
    expect(await compareWithGolden(addon, { ...golden, logits })).toMatchObject({ passed: false });
  });

  it('notices a wrong architecture', async () => {
    const golden = await readGoldenFile(join(folder, 'a0-stream.json'));
    const config = { ...golden.config, gating_activation: 'sigmoid' as const };
    expect(await compareWithGolden(addon, { ...golden, config })).toMatchObject({ passed: false });
  });
});
