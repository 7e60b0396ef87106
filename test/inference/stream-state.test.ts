import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Weights } from '../../lib/graph/weights';
import { ModelStream } from '../../lib/inference/model-stream';
import { stateShapes } from '../../lib/inference/saved-state';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { buildInferenceGraph } from '../../lib/movinet/inference-graph';
import type { ModelId } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import { clipTensor, feed, FRAMES, referenceModel, SIZE } from './support/reference-stream';

const addon = loadAddon();

describe('ModelStream', () => {
  it('refuses a state that is not its own, and keeps the one it has', async () => {
    const model = referenceModel('a0-stream-relu6');
    using stream = await ModelStream.open(model, { addon });
    using clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
    await feed(stream, clip, [2]);
    const saved = stream.state();
    using other = await ModelStream.open(model, { addon, batch: 2 });
    expect(() => stream.restore(other.state())).toThrow(
      /state_block1_layer0_stream_buffer is float32 \[2, 2, 6, 6, 80\], expected float32 \[1, 2, 6, 6, 80\].* and \d+ more/,
    );
    const partial = new Map(saved);
    partial.delete('state_head_pool_buffer');
    expect(() => stream.restore(partial)).toThrow(/state_head_pool_buffer is missing/);
    const extra = new Map(saved).set('state_of_matter', { dtype: 'int32', shape: [1], data: new Int32Array(1) });
    expect(() => stream.restore(extra)).toThrow(/state_of_matter is unknown/);
    const cut = new Map(saved).set('state_head_pool_frame_count', {
      dtype: 'int32',
      shape: [1],
      data: new Int32Array(0),
    });
    expect(() => stream.restore(cut)).toThrow(/has 0 numbers/);
    expect(stream.state()).toEqual(saved);
    expect(stream.frames).toBe(2);
  });
});

describe('the states of the official models', () => {
  interface Expected {
    size: number;
    states: Record<string, { dtype: string; shape: number[] }>;
  }
  const file = join(__dirname, '..', 'fixtures', 'stream_states.json');
  const official = JSON.parse(readFileSync(file, 'utf8')) as Record<ModelId, Expected>;

  test.each(Object.entries(official) as [ModelId, Expected][])('%s', async (id, { size, states }) => {
    const architecture = architectureOf(id, 600);
    // Variables instead of constants: the shapes do not need the numbers.
    const graph = await buildInferenceGraph(
      addon,
      { architecture, weights: new Weights() },
      { values: 'variables', clip: { frames: -1, size }, states: true },
    );
    const shapes = stateShapes(graph.states, 1);
    expect(Object.fromEntries(shapes.map(({ name, dtype, shape }) => [name, { dtype, shape }]))).toEqual(states);
    expect(graph.states.every(({ output }) => output !== undefined)).toBe(true);
  });

  it('are as many as the official models have', () => {
    expect(Object.values(official).map(({ states }) => Object.keys(states).length)).toEqual([
      43, 67, 73, 124, 178, 222,
    ]);
  });
});
