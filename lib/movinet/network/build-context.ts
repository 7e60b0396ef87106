import type { GraphBuilder } from '../../graph/builder';
import type { MovinetOptions } from '../options';
import type { ClipLayout } from './layout';
import type { NetworkParameters } from './parameters';
import type { StreamStates } from './stream-states';

/** What the parts of one network share while it is built. */
export interface BuildContext {
  readonly g: GraphBuilder;
  readonly options: MovinetOptions;
  readonly parameters: NetworkParameters;
  readonly layout: ClipLayout;
  /** What is carried from call to call; undefined where a clip is all there is. */
  readonly states: StreamStates | undefined;
}
