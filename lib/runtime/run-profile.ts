import { RunMetadata } from '../native/messages';

/** What all operations of one type take in one run. */
export interface OperationTime {
  /** TensorFlow's name, such as `Conv2D`. */
  readonly type: string;
  /** Their times summed, of whatever threads. */
  readonly seconds: number;
  readonly count: number;
}

/** A few runs, each operation with its time and thread. */
export class RunProfile {
  private readonly runs: Uint8Array[] = [];
  private seen = 0;

  /**
   * @param first the first run that is looked at; those before it make executors and read caches. Default 1: the second.
   * @param count how many runs are looked at. Default 5.
   */
  constructor(
    private readonly first = 1,
    private readonly count = 5,
  ) {}

  /** Whether the run that begins now is to be traced. */
  next(): boolean {
    const run = this.seen++;
    return run >= this.first && run < this.first + this.count;
  }

  /** Adds the serialized RunMetadata of a traced run. */
  add(runMetadata: Uint8Array): void {
    this.runs.push(runMetadata);
  }

  get length(): number {
    return this.runs.length;
  }

  /** Where the time went: for each type of operation that of one run, the mean of those traced, longest first. */
  byType(): OperationTime[] {
    const times = new Map<string, { seconds: number; count: number }>();
    for (const node of this.runs.flatMap(devicesOf).flatMap(({ nodes }) => nodes)) {
      const type = operationType(node);
      const { seconds, count } = times.get(type) ?? { seconds: 0, count: 0 };
      times.set(type, { seconds: seconds + microseconds(node) * 1e-6, count: count + 1 });
    }
    const runs = this.runs.length;
    return [...times]
      .map(([type, { seconds, count }]) => ({ type, seconds: seconds / runs, count: count / runs }))
      .sort((a, b) => b.seconds - a.seconds);
  }

  /** As JSON in the Trace Event Format, which chrome://tracing and ui.perfetto.dev show: a process for each device, microseconds. */
  chromeTrace(): string {
    const devices = new Map<string, number>();
    const events = this.runs.flatMap((run) => traceEvents(run, devices));
    const names = [...devices].map(([name, pid]) => ({ ph: 'M', name: 'process_name', pid, args: { name } }));
    return JSON.stringify({ traceEvents: [...names, ...events] });
  }
}

interface NodeStats {
  readonly node_name: string;
  readonly all_start_micros: number;
  readonly op_start_rel_micros: number;
  readonly op_end_rel_micros: number;
  readonly timeline_label: string;
}
interface StepStats {
  readonly step_stats?: { readonly dev_stats?: readonly { device: string; node_stats?: readonly NodeStats[] }[] };
}

function devicesOf(runMetadata: Uint8Array): { device: string; nodes: readonly NodeStats[] }[] {
  const { step_stats } = RunMetadata.toObject(RunMetadata.decode(runMetadata), {
    longs: Number,
    defaults: true,
  }) as StepStats;
  return (step_stats?.dev_stats ?? []).map(({ device, node_stats = [] }) => ({ device, nodes: node_stats }));
}

const microseconds = (node: NodeStats): number => node.op_end_rel_micros - node.op_start_rel_micros;

function traceEvents(runMetadata: Uint8Array, devices: Map<string, number>): object[] {
  return devicesOf(runMetadata).flatMap(({ device, nodes }) => {
    const pid = devices.get(device) ?? devices.size;
    devices.set(device, pid);
    const begin = (node: NodeStats): number => node.all_start_micros + node.op_start_rel_micros;
    const lanes: number[] = [];
    return [...nodes]
      .sort((a, b) => begin(a) - begin(b))
      .map((node) => {
        const ts = begin(node);
        const dur = microseconds(node);
        // TensorFlow does not say which thread it was: what overlaps stands side by side.
        const free = lanes.findIndex((end) => end <= ts);
        const tid = free < 0 ? lanes.length : free;
        lanes[tid] = ts + dur;
        return { ph: 'X', name: operationType(node), pid, tid, ts, dur, args: { name: node.node_name } };
      });
  });
}

/** TensorFlow labels a node `name = Type(inputs)`. */
function operationType({ timeline_label, node_name }: NodeStats): string {
  return /= ([\w>]+)\(/.exec(timeline_label)?.[1] ?? node_name;
}
