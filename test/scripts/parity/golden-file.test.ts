import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../lib/base/errors';
import { goldenOptions, readGoldenFile } from '../../../scripts/parity/golden-file';

describe('golden files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const minimal = {
    case: 'a1-base',
    config: { num_classes: 3 },
    input_shape: [1, 2, 3, 4, 3],
    variables: 1,
    parameters: 1,
  };

  it.each([
    ['a missing file', () => join(folder, 'missing.json'), /missing\.json cannot be read/],
    ['no JSON', () => write('text.json', 'hello'), /text\.json cannot be read/],
    ['another form', () => write('form.json', '{"case": 3}'), /form\.json is not a golden file: case/],
    ['another rank', () => write('rank.json', JSON.stringify({ ...minimal, input_shape: [1, 2] })), /input_shape/],
  ])('refuses %s in one line', async (_, path, message) => {
    const failure = expect(readGoldenFile(path())).rejects;
    await failure.toThrow(UsageError);
    await expect(readGoldenFile(path())).rejects.toThrow(message);
  });

  it('takes the official defaults where the configuration is silent', async () => {
    const golden = await readGoldenFile(write('ok.json', JSON.stringify(minimal)));
    expect(goldenOptions(golden)).toMatchObject({ variant: 'a1', causal: false, activation: 'swish', numClasses: 3 });
  });

  it('names the variants where the case has another', async () => {
    const golden = await readGoldenFile(write('b7.json', JSON.stringify({ ...minimal, case: 'b7-base' })));
    expect(() => goldenOptions(golden)).toThrow(/a0, a1, a2/);
  });
});
