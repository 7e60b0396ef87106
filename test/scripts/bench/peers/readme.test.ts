import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../../lib/base/errors';
import { rewriteReadme } from '../../../../scripts/bench/peers/readme';

let file = '';
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'movinet-readme-test-')), 'README.md');
});
afterEach(() => rmSync(join(file, '..'), { recursive: true, force: true }));

const text = (inside: string): string =>
  `# Title\n\n<!-- bench:peers -->\n${inside}\n<!-- /bench:peers -->\n\nAfter it.\n`;

it('replaces what stands between the markers, again and again', async () => {
  writeFileSync(file, text('an old table'));
  await rewriteReadme(file, '| a |\n|---|');
  await rewriteReadme(file, '| b |\n|---|');
  expect(readFileSync(file, 'utf8')).toBe(text('\n| b |\n|---|\n'));
});

it.each([
  ['no markers', '# Title\n'],
  ['no end', '<!-- bench:peers -->\n'],
  ['them the other way round', '<!-- /bench:peers -->\n<!-- bench:peers -->\n'],
  ['two places', text('') + text('')],
])('refuses a file with %s, and leaves it as it is', async (_, content) => {
  writeFileSync(file, content);
  await expect(rewriteReadme(file, '| a |')).rejects.toThrow(UsageError);
  await expect(rewriteReadme(file, '| a |')).rejects.toThrow('<!-- bench:peers -->');
  expect(readFileSync(file, 'utf8')).toBe(content);
});

it('refuses a file that is not there', async () => {
  await expect(rewriteReadme(file, '| a |')).rejects.toThrow(/cannot be read: .*ENOENT/);
});
