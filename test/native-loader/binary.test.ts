import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { read, repository } from '../repository/support';

const addonFile = join(repository, 'build/Release/movinet_native.node');
const output = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

describe('the binary', () => {
  it('shows its entry and what it defines in place of libtensorflow, and nothing else', () => {
    const symbols = output('nm', '-D', '--defined-only', '--format=posix', addonFile).match(/^\S+/gm);
    expect(symbols?.sort()).toEqual([
      '_ZN4absl12lts_2025081411MinLogLevelEv',
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ]);
  });

  it('stays loaded, and names functions that are missing when it is loaded', () => {
    expect(output('readelf', '-dW', addonFile)).toMatch(/FLAGS_1.*NOW.*NODELETE/);
  });

  it('is guarded against overflows', () => {
    expect(output('nm', '-D', '--undefined-only', addonFile)).toContain('__stack_chk_fail');
    expect(output('nm', '-D', '--undefined-only', addonFile)).toContain('__glibcxx_assert_fail');
  });
});

interface Target {
  defines: string[];
  cflags_cc: string[];
  ldflags: string[];
}

/** The words of CMake's compile command of a file, without paths, warnings as errors and what CMake alone knows. */
function compileFlags(file: string): string[] {
  const entries = JSON.parse(read('build/compile_commands.json')) as { file: string; command: string }[];
  const { command } = entries.find((entry) => entry.file === join(repository, file))!;
  return command
    .replace(/-isystem \S+/g, '')
    .replaceAll('\\"', '"')
    .split(' ')
    .filter(
      (word) => word.startsWith('-') && !/^-(?:I|o$|c$|Werror|fPIC|DBUILDING_NODE_EXTENSION|D\w+_EXPORTS)/.test(word),
    );
}

/** What gyp makes of the output of a command of `<!@(…)`. */
function gypWords(text: string): string[] {
  return output('python3', '-c', 'import shlex, sys; print("\\n".join(shlex.split(sys.argv[1])))', text)
    .trim()
    .split('\n');
}

it('gets the same flags from binding.gyp as from CMakeLists.txt', () => {
  const { targets } = new Script(`(${read('binding.gyp').replace(/^\s*#.*$/gm, '')})`).runInThisContext() as {
    targets: [Target];
  };
  const [{ defines, cflags_cc: flags, ldflags }] = targets;
  const values = gypWords(output('node', 'scripts/setup/native-values.mjs', 'defines'));
  const own = [...defines.filter((name) => !name.startsWith('<')), ...values].map((name) => `-D${name}`);
  const gyp = new Set([...own, ...flags.filter((flag) => !flag.startsWith('<') && flag !== '-pthread')]);
  const cmake = new Set(['native/node/addon.cc', 'native/tensorflow/runtime.cc'].flatMap(compileFlags));
  expect([...gyp].sort()).toEqual([...cmake].sort());
  const link = read('build/CMakeFiles/movinet_native.dir/link.txt').match(/-Wl,(?:-z|--version)\S+/g)!;
  expect(ldflags.map((flag) => flag.replace('<(module_root_dir)', repository)).sort()).toEqual(link.sort());
});
