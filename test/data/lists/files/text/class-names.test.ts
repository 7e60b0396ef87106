import { DatasetError } from '../../../../../lib/base/errors';
import { readClassNames } from '../../../../../lib/data/lists/files/text/class-names';
import { listFolder } from '../support/list-folder';

const { at, write } = listFolder();

it.each([
  ['a name a line', 'names.txt', ['run fast', '', '# a comment', 'jump'], [0, 'run fast', 1, 'jump']],
  ['numbers first', 'names.txt', ['1 run fast', '3  jump'], [1, 'run fast', 3, 'jump']],
  [
    'numbers first, in columns with a header',
    'names.csv',
    ['id,name', '0,run', '1,"jump, high"'],
    [0, 'run', 1, 'jump, high'],
  ],
  ['numbers last', 'names.csv', ['name;id', 'run fast;2', 'jump;1'], [2, 'run fast', 1, 'jump']],
  ['names that end in numbers', 'names.txt', ['gesture 1', 'gesture 2'], [0, 'gesture 1', 1, 'gesture 2']],
  ['names that are numbers', 'names.txt', ['3', '5'], [0, '3', 1, '5']],
  ['a JSON list', 'names.json', ['["run", "jump"]'], [0, 'run', 1, 'jump']],
  ['JSON from names to numbers', 'names.json', ['{"run": "1", "jump": 0}'], [0, 'jump', 1, 'run']],
  ['JSON from numbers to names', 'names.json', ['{"0": "run", "1": "jump"}'], [0, 'run', 1, 'jump']],
])('reads %s', async (_, file, lines, expected) => {
  write(file, lines);
  const names = await readClassNames(at(file));
  const numbers = expected.filter((value) => typeof value === 'number');
  const texts = expected.filter((value) => typeof value === 'string');
  expect([...names.names].sort()).toEqual([...texts].sort());
  if (!texts.some((text) => numbers.includes(Number(text))))
    expect(numbers.map((number) => names.resolve(String(number)))).toEqual(texts);
  expect(texts.map((text) => names.resolve(text))).toEqual(texts);
});

it.each([
  ['a name twice', 'names.txt', ['run', 'jump', 'run'], /names.txt, row 3: the class "run" is there already, in row 1/],
  ['a number twice', 'names.txt', ['1 run', '1 jump'], /names.txt, row 2: number 1 is class "run" already/],
  ['no name', 'names.txt', ['', '# nothing'], /has no names of classes: one a line/],
  ['damaged JSON', 'names.json', ['{"run": 1'], /names.json is damaged/],
  ['JSON of another kind', 'names.json', ['{"run": [1]}'], /names.json has no names of classes: a list of names/],
  ['JSON without numbers', 'names.json', ['{"run": "fast"}'], /class "run" has no number/],
])('refuses %s', async (_, file, lines, message) => {
  write(file, lines);
  await expect(readClassNames(at(file))).rejects.toThrow(DatasetError);
  await expect(readClassNames(at(file))).rejects.toThrow(message);
});
