import { availableParallelism } from 'node:os';

/** Decoding threads where none are asked for: one for each processor that this process may use. */
export const defaultThreads = (): number => availableParallelism();
