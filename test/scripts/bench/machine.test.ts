import { loadWarning, machineLine, measureLoad } from '../../../scripts/bench/machine';

const machine = {
  cpu: { model: 'Some CPU', processors: 2, memoryBytes: 8 * 2 ** 30, features: ['AVX2'], lacking: [] },
  versions: { 'movinet-native': '0.1.0', node: '20.20.2', tensorflow: '2.21.0', opencv: '4.6.0' },
  otherLoad: [0.02, 0.05],
};

it('says in one line what was measured on what', () => {
  expect(machineLine(machine)).toBe(
    'Some CPU, 2 processors, 8.0 GiB; movinet-native 0.1.0, node 20.20.2, tensorflow 2.21.0, opencv 4.6.0',
  );
});

it('warns where others used the processors before or after, and only then', () => {
  expect(loadWarning(machine)).toBeUndefined();
  expect(loadWarning({ otherLoad: [0.02, 0.63] })).toMatch(/63 %/);
  expect(loadWarning({ otherLoad: [0.63, 0.02] })).toMatch(/63 %/);
});

it('measures a share', async () => {
  const load = await measureLoad(50);
  expect(load).toBeGreaterThanOrEqual(0);
  expect(load).toBeLessThanOrEqual(1);
});
