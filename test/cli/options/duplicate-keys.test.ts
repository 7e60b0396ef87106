import fc from 'fast-check';
import { duplicateKey } from '../../../lib/cli/options/duplicate-keys';

it.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":{"b":[0,{"c":1,"c":2}]}}', 'a.b.1.c'],
  ['{"a":"a","b":{"a":1},"c":["a","a"]}', undefined],
  ['{"a\\"":1,"b":"\\"a","a\\u0022":2}', 'a"'],
  ['{"a":"{","b":"}","b":1}', 'b'],
  ['[{"a":1},{"a":2}]', undefined],
  ['"a"', undefined],
])('finds in %s %j', (json, key) => {
  expect(duplicateKey(json)).toBe(key);
});

it('finds none in what was written from a value', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 2 }), (json, indent) => {
      expect(duplicateKey(JSON.stringify(JSON.parse(json), null, indent))).toBeUndefined();
    }),
  );
});

it('finds a key that was put in again at any depth', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }), fc.string(), fc.json(), (path, key, value) => {
      const twice = `{${JSON.stringify(key)}:${value},${JSON.stringify(key)}:null}`;
      const json = path.reduceRight((inner, name) => `{"n":[${value}],${JSON.stringify(`x${name}`)}:${inner}}`, twice);
      fc.pre(duplicateKey(value) === undefined);
      expect(duplicateKey(json)).toBe([...path.map((name) => `x${name}`), key].join('.'));
    }),
  );
});
