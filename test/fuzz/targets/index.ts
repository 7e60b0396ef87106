import { open as checkpoint } from './checkpoint';
import { open as objectGraph } from './object-graph';
import { open as savedModel } from './saved-model';
import { open as tar } from './tar';
import type { Target } from './target';
import { open as zip } from './zip';

/** What is fuzzed in TypeScript: each target's name is that of its corpus. */
export const TARGETS: Readonly<Record<string, () => Target | Promise<Target>>> = {
  checkpoint,
  'object-graph': objectGraph,
  'saved-model': savedModel,
  tar,
  zip,
};
