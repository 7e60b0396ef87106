import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../lib/base/errors';
import { derive } from '../../../lib/base/random';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { writeFileWhole } from '../../../lib/io/whole-file';
import type { ModelId } from '../../../lib/movinet/options';
import type { Addon } from '../../../lib/native/addon';
import type { Precision } from '../../../lib/runtime/session-config';
import { describeMachine, measureLoad } from '../machine';
import { compareWork, OWN_COMMAND, type PreparedPeer } from './compare-work';
import { PYTHON_SCRIPTS, pythonOf } from './inputs/environments';
import type { OpenRequest } from './children/messages';
import { ModelFiles, modelOf, shapeOfInput } from './inputs/model-files';
import { CONVERTER_ENVIRONMENT, type Peer } from './peer-list';
import type { PeersReport, WorkResult } from './results';
import { writeVideos } from './inputs/video-files';
import { comparedRuns, isDecoding, type DecodingWork, type ModelWork, type Work } from './works';

export interface PeersPlan {
  readonly works: readonly Work[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly threads: number;
  readonly precision: Precision;
  /** The interpreter that environments are made with. */
  readonly python: string;
  /** The checkout of the PyTorch port. */
  readonly port?: string | undefined;
  /** Official checkpoints in place of random numbers. */
  readonly weights: ReadonlyMap<ModelId, string>;
}

/** The peers that can do a work in this precision, and what is there for them. */
export function peersFor(work: Work, { peers, precision, port }: PeersPlan): Peer[] {
  return peers.filter(
    ({ format, bfloat16, does }) =>
      does(work) && (precision === 'float32' || bfloat16) && (format !== 'arrays' || port !== undefined),
  );
}

/** Does each work in turns with its peers. What is needed for that stands in the cache folder, and in a temporary one that is gone afterwards. */
export async function runPeers(
  addon: Addon,
  plan: PeersPlan,
  { progress, signal }: { readonly progress: ProgressSink; readonly signal: AbortSignal },
): Promise<PeersReport> {
  const works = plan.works.filter((work) => peersFor(work, plan).length > 0);
  if (works.length === 0) throw new UsageError('None of these peers does any of this work');
  const date = new Date().toISOString();
  const loadBefore = await measureLoad(undefined, signal);
  const folder = await mkdtemp(join(tmpdir(), 'movinet-peers-'));
  try {
    const preparation = new Preparation(addon, plan, folder, progress, signal);
    const results: WorkResult[] = [];
    for (const work of works) results.push(await preparation.compare(work));
    const machine = describeMachine(addon, [loadBefore, await measureLoad(undefined, signal)]);
    return { date, machine, rounds: plan.rounds, works: results };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Has what the works need made, each thing once. */
class Preparation {
  private readonly interpreters = new Map<string, Promise<string>>();

  constructor(
    private readonly addon: Addon,
    private readonly plan: PeersPlan,
    private readonly folder: string,
    private readonly progress: ProgressSink,
    private readonly signal: AbortSignal,
  ) {}

  async compare(work: Work): Promise<WorkResult> {
    const { precision, rounds, port } = this.plan;
    const { progress, signal } = this;
    const threads = (isDecoding(work) ? undefined : work.threads) ?? this.plan.threads;
    const common = { request: 'open', work, threads, precision, ...(port === undefined ? {} : { port }) } as const;
    const { own, peer } = isDecoding(work) ? await this.decoding(work, common) : await this.model(work, common);
    return compareWork(work, peersFor(work, this.plan), {
      ...{ threads, precision, rounds, progress, signal },
      own: { command: OWN_COMMAND, request: own },
      prepare: async (one): Promise<PreparedPeer> => ({
        command: [await this.interpreter(one.environment), join(PYTHON_SCRIPTS, 'peers', one.script)],
        request: await peer(one),
      }),
    });
  }

  private async decoding(work: DecodingWork, common: Common): Promise<Requests> {
    const video = await writeVideos(this.addon, work, join(this.folder, work.name));
    const request = (name: string): OpenRequest => ({ ...common, peer: name, classes: 0, compared: 1, video });
    return { own: request('own'), peer: ({ name }) => Promise.resolve(request(name)) };
  }

  private async model(work: ModelWork, common: Common): Promise<Requests> {
    const weights = this.plan.weights.get(work.model);
    const model = await modelOf(this.addon, work, weights);
    const compared = comparedRuns(work);
    const input = join(this.folder, `${work.name}.f32`);
    const random = derive(0, 'input');
    const runs = work.kind === 'frame' ? compared : 1;
    const values = new Float32Array(shapeOfInput(work).reduce((a, b) => a * b, runs)).map(() => random.float());
    await writeFileWhole(input, Buffer.from(values.buffer));
    const files = new ModelFiles(this.addon, work, model, {
      converter: () => this.interpreter(CONVERTER_ENVIRONMENT),
      onConvert: (format) => this.progress.line(`Converting the graph of ${work.model} (${format})`),
      signal: this.signal,
    });
    const request = { ...common, classes: model.classes.length, compared, input };
    return {
      own: { ...request, peer: 'own', ...(weights === undefined ? {} : { weights }) },
      peer: async ({ name, format }) => ({
        ...{ ...request, peer: name },
        ...(format === undefined ? {} : { model: await files.inFormat(format) }),
      }),
    };
  }

  private interpreter(environment: string): Promise<string> {
    const known = this.interpreters.get(environment);
    if (known !== undefined) return known;
    const made = pythonOf(environment, {
      python: this.plan.python,
      onMake: (name) => this.progress.line(`Making the Python environment "${name}", once: this takes minutes`),
      signal: this.signal,
    });
    this.interpreters.set(environment, made);
    return made;
  }
}

type Common = Pick<OpenRequest, 'request' | 'work' | 'threads' | 'precision' | 'port'>;

interface Requests {
  readonly own: OpenRequest;
  readonly peer: (peer: Peer) => Promise<OpenRequest>;
}
