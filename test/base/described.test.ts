import fc from 'fast-check';
import { z } from 'zod';
import { Registry } from '../../lib/base/described';
import { UsageError } from '../../lib/base/errors';

/** Shapes by kinds, some of them made of others; a number is a circle of that radius. */
function shapes() {
  const registry = new Registry<'shape', { readonly area: number }, number>('shape', {
    kind: 'circle',
    option: 'radius',
  });
  const circle = registry.define('circle', z.object({ radius: z.number().positive() }), ({ radius }) => ({
    area: Math.PI * radius ** 2,
  }));
  const box = registry.define(
    'box',
    z
      .object({
        width: z.number().min(0).max(9).default(1),
        height: z.number().default(1),
        tags: z.tuple([z.int()]).default([0]),
      })
      .refine(({ width, height }) => width >= height, { path: ['height'], message: 'a box lies on its side' }),
    ({ width, height }) => ({ area: width * height }),
  );
  const double = registry.define('double', z.object({ of: registry.schema() }), ({ of }) => ({
    area: 2 * registry.build(of).area,
  }));
  return { registry, circle, box, double };
}

describe('a registry', () => {
  const { registry, circle, box, double } = shapes();

  it('describes with every default, the same whatever the order of the options', () => {
    expect(box()).toEqual({ kind: 'box', width: 1, height: 1, tags: [0] });
    expect(registry.check('box')).toEqual(box());
    expect(JSON.stringify(registry.check({ height: 2, kind: 'box', width: 3 }))).toBe(
      JSON.stringify(box({ width: 3, height: 2 })),
    );
    expect(registry.names()).toEqual(['circle', 'box', 'double']);
  });

  it('builds what is described, nested, from JSON, or from a bare number', () => {
    expect(registry.build(box({ width: 3, height: 2 })).area).toBe(6);
    expect(registry.build(JSON.parse('{"kind":"double","of":{"kind":"double","of":"box"}}')).area).toBe(4);
    expect(double({ of: 2 })).toEqual({ kind: 'double', of: circle({ radius: 2 }) });
    expect(registry.build(1).area).toBe(Math.PI);
  });

  it('gives a description that checks as itself', () => {
    const options = fc.record({
      width: fc.double({ min: 5, max: 9, noNaN: true }),
      height: fc.double({ min: 0, max: 5, noNaN: true }),
    });
    fc.assert(
      fc.property(options, (given) => {
        const described = double({ of: box(given) });
        expect(registry.check(JSON.parse(JSON.stringify(described)))).toEqual(JSON.parse(JSON.stringify(described)));
        expect(registry.check(described)).toEqual(described);
      }),
    );
  });

  it.each<[unknown, string]>([
    [{ kind: 'box', width: 10 }, 'The shape box: width: expected a number from 0 to 9, got 10'],
    [{ kind: 'box', width: 1, height: 2 }, 'The shape box: height: a box lies on its side'],
    [{ kind: 'box', tags: [0.5] }, 'The shape box: tags: 0: expected an integer, got 0.5'],
    [
      { kind: 'box', depth: 2, name: '' },
      'The shape box has no option depth, name: expected some of width, height, tags',
    ],
    [{ kind: 'circle' }, 'The shape circle: radius: expected a number above 0, got undefined'],
    [
      { kind: 'double', of: { kind: 'circle', radius: 'x' } },
      'The shape double: of: the shape circle: radius: expected a number above 0, got "x"',
    ],
    ['star', 'There is no shape of kind "star": expected one of circle, box, double'],
    [{ kind: 'constructor' }, 'There is no shape of kind "constructor"'],
    [{ width: 1 }, 'The shape is {"width":1}: expected a number, or { kind, … } with one of circle, box, double'],
    [[1], 'The shape is [1]: expected'],
    [null, 'The shape is null: expected'],
    [undefined, 'The shape is undefined: expected'],
    [-1, 'The shape circle: radius: expected a number above 0, got -1'],
  ])('refuses %j on one line', (given, message) => {
    expect(() => registry.check(given)).toThrow(UsageError);
    expect(() => registry.check(given)).toThrow(message);
    expect(() => registry.build(given)).toThrow(/^[^\n]*$/);
  });

  it('refuses a kind that there is already, and an option named kind', () => {
    expect(() => registry.define('box', z.object({}), () => ({ area: 0 }))).toThrow(UsageError);
    expect(() => registry.define('other', z.object({ kind: z.string() }), () => ({ area: 0 }))).toThrow(
      'call the option otherwise',
    );
  });
});

describe('the JSON Schema of a registry', () => {
  it('has each kind with its options, the names of those that need none, and the bare number', () => {
    const { registry } = shapes();
    const { anyOf = [] } = registry.jsonSchema();
    expect(anyOf).toHaveLength(5);
    expect(anyOf[0]).toEqual({
      type: 'object',
      properties: { kind: { const: 'circle' }, radius: { type: 'number', exclusiveMinimum: 0 } },
      required: ['kind', 'radius'],
      additionalProperties: false,
    });
    expect(anyOf[1]).toMatchObject({
      properties: { kind: { const: 'box' }, width: { minimum: 0, maximum: 9, default: 1 } },
      required: ['kind'],
    });
    // One of its own role may be written by a bare name or number, too.
    const any = { type: ['object', 'string', 'number'] };
    expect(anyOf[2]).toMatchObject({ properties: { kind: { const: 'double' }, of: any } });
    expect(anyOf.slice(3)).toEqual([{ enum: ['box'] }, { type: 'number', exclusiveMinimum: 0 }]);
  });

  it('stands in a schema that nests it, with kinds that were defined later', () => {
    const { registry } = shapes();
    const schema = z.strictObject({ shape: registry.schema().prefault('box') });
    registry.define('dot', z.object({}), () => ({ area: 0 }));
    const { properties } = z.toJSONSchema(schema, { io: 'input' });
    expect(properties?.['shape']).toEqual({ default: 'box', ...registry.jsonSchema() });
    expect(JSON.stringify(properties)).toContain('"const":"dot"');
    expect(schema.parse({})).toEqual({ shape: registry.check('box') });
  });
});
