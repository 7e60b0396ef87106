import { projectFiles, read } from './support';

const listed = [...read('native/sources.txt').matchAll(/^(core|addon) (\S+)$/gm)].map(([, group, file]) => ({
  group: group!,
  file: file!,
}));

it('has every C++ file but the benchmarks in native/sources.txt, each once', () => {
  const present = projectFiles().filter((file) => /^native\/(?!bench\/).*\.cc$/.test(file));
  expect(listed.map((entry) => entry.file).sort()).toEqual(present.sort());
});

it('has nothing but comments and sources in that list', () => {
  const lines = read('native/sources.txt').split('\n');
  expect(lines.filter((line) => !/^(#.*|(core|addon) native\/\S+\.cc|)$/.test(line))).toEqual([]);
});

it('compiles Node-API code only into the addon: the C++ tests link the rest without Node', () => {
  const uses = (file: string): boolean => /#include <napi\.h>|#include "node\//.test(read(file));
  expect(listed.filter((entry) => entry.group === 'core' && uses(entry.file))).toEqual([]);
});
