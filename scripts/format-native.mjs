// Formats the C++ files with the pinned clang-format, or with --check says which are not formatted.
import { spawnSync } from 'node:child_process';
import { clangTool } from './setup/clang-tools.mjs';
import { repository } from './setup/paths.mjs';
import { nativeFiles } from './lint/native-files.mjs';

const mode = process.argv.includes('--check') ? ['--dry-run', '--Werror'] : ['-i'];
const files = nativeFiles(/\.(cc|h)$/);
const result = spawnSync(clangTool('clang-format'), [...mode, ...files], { cwd: repository, stdio: 'inherit' });
if (result.error) throw result.error;
process.exitCode = result.status ?? 1;
