import { basename, dirname } from 'node:path';
import { EXCEPTIONS } from './exceptions';
import { projectFiles, read } from './support';

const LONGEST = 300;
const MOST_FILES = 14;
const SHORT = 40;

const sources = projectFiles().filter(
  (file) => /^(lib|native|scripts|test)\/.*\.(ts|mjs|cc|h|py)$/.test(file) && !file.startsWith('test/fixtures/'),
);
const lines = (file: string): number => read(file).split('\n').length - 1;

it('has no source file that is too long to read at once', () => {
  const long = sources.filter((file) => lines(file) > LONGEST);
  expect(long.filter((file) => !(file in EXCEPTIONS.long))).toEqual([]);
  expect(Object.keys(EXCEPTIONS.long).filter((file) => !long.includes(file))).toEqual([]);
});

it('has no folder with too many files to look through; a header and its source are one', () => {
  const inFolder = new Map<string, Set<string>>();
  for (const file of sources) {
    const folder = dirname(file);
    const name = basename(file).replace(/\.(cc|h)$/, '');
    inFolder.set(folder, (inFolder.get(folder) ?? new Set()).add(name));
  }
  const full = [...inFolder].filter(([, names]) => names.size > MOST_FILES).map(([folder]) => folder);
  expect(full.filter((folder) => !(folder in EXCEPTIONS.full))).toEqual([]);
  expect(Object.keys(EXCEPTIONS.full).filter((folder) => !full.includes(folder))).toEqual([]);
});

it('has at most one file in four that is too short for an idea', () => {
  const shipped = sources.filter((file) => /^lib\/.*\.ts$/.test(file));
  const short = shipped.filter((file) => lines(file) < SHORT);
  expect(short.length / shipped.length).toBeLessThanOrEqual(EXCEPTIONS.shortShare);
});
