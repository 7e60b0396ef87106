// Formats the C++ files with the pinned clang-format, or with --check says which are not formatted.
import { execa } from 'execa';
import { clangTool } from '../setup/clang-tools.mjs';
import { repository } from '../setup/paths.mjs';
import { nativeFiles } from './native-files.mjs';

const mode = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i'];
const files = nativeFiles(/\.(cc|h)$/);
const ended = await execa(clangTool('clang-format'), [...mode, ...files], {
  cwd: repository,
  stdio: 'inherit',
  reject: false,
});
if (ended.exitCode === undefined) throw ended;
process.exitCode = ended.exitCode;
