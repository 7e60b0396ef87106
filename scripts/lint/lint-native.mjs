// Runs the pinned clang-tidy over every C++ source. A file that passed is not read again until it, a header, the
// configuration or the compile commands change.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nativeFiles } from './native-files.mjs';
import { execa } from 'execa';
import { clangTool } from '../setup/clang-tools.mjs';
import { fingerprint } from '../setup/fingerprint.mjs';
import { buildFolder, repository } from '../setup/paths.mjs';

const passedFolder = join(buildFolder, 'clang-tidy');
const tidy = clangTool('clang-tidy');

async function lint(file) {
  const args = ['-p', buildFolder, '--quiet', file];
  const ended = await execa(tidy, args, { cwd: repository, stdin: 'ignore', reject: false });
  // On stderr clang-tidy counts the warnings that it suppressed, which is of interest only where it failed.
  const output = ended.failed ? [ended.stdout, ended.stderr || ended.shortMessage].join('\n') : ended.stdout;
  return { ok: !ended.failed, output: output === '' ? '' : `${output}\n` };
}

const commands = JSON.parse(readFileSync(join(buildFolder, 'compile_commands.json'), 'utf8'));
const commandOf = new Map(commands.map((entry) => [entry.file, entry.command]));
const headers = nativeFiles(/\.h$/);
const sources = nativeFiles(/\.cc$/);

mkdirSync(passedFolder, { recursive: true });
let failed = 0;
let skipped = 0;
const queue = [...sources];

async function work() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const command = commandOf.get(join(repository, file));
    if (command === undefined) {
      process.stdout.write(`${file}: no target of CMakeLists.txt compiles it\n`);
      failed += 1;
      continue;
    }
    // Builds for users and for tests take turns to configure: -Werror, which changes no finding, must not make all files new.
    const flags = command.replace(' -Werror', '');
    const key = fingerprint(repository, ['.clang-tidy', ...headers, file], [tidy, flags]);
    const passed = join(passedFolder, file.replaceAll('/', '_'));
    if (existsSync(passed) && readFileSync(passed, 'utf8') === key) {
      skipped += 1;
      continue;
    }
    const { ok, output } = await lint(file);
    process.stdout.write(output);
    if (ok) writeFileSync(passed, key);
    else failed += 1;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
process.stdout.write(
  `clang-tidy: ${sources.length} files, ${skipped} unchanged since they passed, ${failed} with findings\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
