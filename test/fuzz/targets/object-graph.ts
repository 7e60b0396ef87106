import { ObjectGraph } from '../../../lib/formats/object-graph';
import { matchCheckpoint } from '../../../lib/model/match-checkpoint';
import type { Architecture } from '../../../lib/movinet/architecture';
import { TINY_PARAMETERS } from '../tiny-model';
import { refused, type Target } from './target';

const architecture = { parameters: TINY_PARAMETERS } as unknown as Architecture;

/** A checkpoint's tree of objects, whose bytes a checksum guards where they come out of a file. */
export function open(): Target {
  return {
    run: (input) =>
      refused(() => {
        const graph = ObjectGraph.decode(input);
        const index = graph.keys().map((key) => ({ key, dtype: 1, shape: [2, 3], size: 24 }));
        graph.variablesBelow('', () => true);
        matchCheckpoint(graph, index, architecture, () => true);
      }),
  };
}
