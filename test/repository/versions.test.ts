import { packageJson, pinnedWheels, projectFiles, read } from './support';

it('names one version of libtensorflow everywhere', () => {
  const version = pinnedWheels().get('tensorflow-cpu');
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(pinnedWheels().get('tensorflow')).toBe(version);
  const others: string[] = [];
  for (const file of projectFiles().filter((name) => /\.(md|ts|mjs|cjs|json|cmake|txt|gyp|cc|h)$/.test(name))) {
    if (file === 'package-lock.json' || file.startsWith('test/')) continue;
    for (const [text, found] of read(file).matchAll(/(?:libtensorflow|tensorflow(?:-cpu)?==)[ -]?(\d+\.\d+\.\d+)/gi)) {
      if (found !== version) others.push(`${file}: ${text}`);
    }
  }
  expect(others).toEqual([]);
});

it('pins every npm dependency to one version', () => {
  const { dependencies, devDependencies } = packageJson();
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
  );
  expect(loose).toEqual([]);
});

it('tells the least versions of OpenCV, FFmpeg, Highway and TensorFlow as the build checks them', () => {
  const least = Object.fromEntries(
    [...read('native/least-versions.txt').matchAll(/^(\w+) (\S+)$/gm)].map(([, name, version]) => [name, version!]),
  ) as Record<'ffmpeg' | 'highway' | 'opencv' | 'tensorflow', string>;
  const table = read('docs/dependencies.md');
  expect([...table.matchAll(/^\| `libopencv-\w+-dev` \| (\S+)/gm)].map(([, version]) => version)).toEqual(
    Array.from({ length: 3 }, () => least.opencv),
  );
  expect([...table.matchAll(/^\| `lib(?:av\w+|swscale)-dev` \| (\S+)/gm)].map(([, version]) => version)).toEqual(
    Array.from({ length: 4 }, () => least.ffmpeg),
  );
  expect(table).toContain(`| \`libhwy-dev\` | ${least.highway} or newer |`);
  expect(table).toContain(`${least.tensorflow} or newer`);
  expect(read('README.md')).toContain(`${least.tensorflow} or newer`);
});
