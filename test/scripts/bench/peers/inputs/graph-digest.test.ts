import { graphDigest } from '../../../../../scripts/bench/peers/inputs/graph-digest';

/** A length-delimited field. */
function field(number: number, ...content: (string | Uint8Array)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** A graph of a node with these inputs and attributes, and a version. */
function graph(inputs: string[], attributes: string[]): Buffer {
  const node = field(
    1,
    ...[field(1, 'node'), field(2, 'AddV2')],
    ...inputs.map((name) => field(3, name)),
    ...attributes.map((name) => field(5, field(1, name))),
  );
  return Buffer.concat([node, field(4, Buffer.from([8, 1]))]);
}

it('does not depend on the order of attributes', () => {
  expect(graphDigest(graph(['a', 'b'], ['T', 'shape']))).toBe(graphDigest(graph(['a', 'b'], ['shape', 'T'])));
});

it('depends on everything else', () => {
  const digests = [
    graph(['a', 'b'], ['T']),
    graph(['b', 'a'], ['T']),
    graph(['a', 'b'], ['U']),
    Buffer.concat([graph(['a', 'b'], ['T']), field(1, field(1, 'other'))]),
  ].map(graphDigest);
  expect(new Set(digests).size).toBe(digests.length);
});
