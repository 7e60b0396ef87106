import { z } from 'zod';
import type { OptionShape } from '../../base/check-options';
import { integer, text, value } from '../../base/option-kinds';
import type { ClipSource } from '../../data/clip-source';
import { FeatureCache } from './feature-cache';
import { type FeatureCacheOptions, FeatureSpace } from './feature-rows';

/** What the clips of a source are used for: those of a pass are gathered by whole passes, those of training batch by batch. */
type Use = 'pass' | 'training';

const optionsSchema = z
  .object({ memoryBytes: integer(0), folder: text() } satisfies OptionShape<FeatureCacheOptions>)
  .partial();

/** For schemas of options. */
export const featureCacheSchema = value<boolean | FeatureCacheOptions>(
  (given) => typeof given === 'boolean' || optionsSchema.strict().safeParse(given).success,
  'must be true, false or { memoryBytes, folder }',
);

/** The features of several sources' clips under one model, in one space. */
export class FeatureCaches implements Disposable {
  private readonly space: FeatureSpace | undefined;
  private readonly alive = new Set<FeatureCache>();
  private bySource = noCaches();
  /** What nobody can ask for any more takes no space. */
  private readonly sources = new FinalizationRegistry<FeatureCache>((cache) => this.drop(cache));

  /** `options`: false keeps nothing. `warn`: told where the disk takes no more. */
  constructor(
    options: boolean | FeatureCacheOptions,
    private readonly warn: (text: string) => void,
  ) {
    if (options !== false) this.space = new FeatureSpace(options === true ? {} : options);
  }

  /** Undefined where none are kept. */
  of(source: ClipSource, use: Use): FeatureCache | undefined {
    if (this.space === undefined) return undefined;
    const known = this.bySource[use].get(source);
    if (known !== undefined) return known;
    const cache = new FeatureCache(this.space, this.warn);
    this.bySource[use].set(source, cache);
    this.alive.add(cache);
    this.sources.register(source, cache);
    return cache;
  }

  /** The model is another one now. */
  forget(): void {
    for (const cache of this.alive) this.drop(cache);
    this.bySource = noCaches();
  }

  dispose(): void {
    this.forget();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private drop(cache: FeatureCache): void {
    cache.dispose();
    this.alive.delete(cache);
  }
}

const noCaches = (): Record<Use, WeakMap<ClipSource, FeatureCache>> => ({
  pass: new WeakMap(),
  training: new WeakMap(),
});
