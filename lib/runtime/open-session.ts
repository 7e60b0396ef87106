import { DisposedError, TensorFlowError } from '../base/errors';
import type { Addon } from '../native/addon';
import type { NativeGraph } from '../native/graph';
import { RunOptions, TraceLevel } from '../native/messages';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import { checkPrecision } from './precision';
import type { RunProfile } from './run-profile';
import { encodeSessionConfig, type SessionConfig } from './session-config';

/**
 * Options of a run whose operations all follow one another: the session's own thread computes them, as handing them to another would take longer than many of them do. Such a run
 * is not ended by a time-out.
 */
export const ONE_AFTER_ANOTHER = RunOptions.encode({ inter_op_thread_pool: -1 }).finish();
const FULL_TRACE = RunOptions.encode({ trace_level: TraceLevel.FULL_TRACE }).finish();

/**
 * A session for a graph. Rejects with DeviceError where its precision is none for its devices. A run that outlasts the configuration's time-out rejects with a {@link TensorFlowError}, status `DEADLINE_EXCEEDED`; one that the session's end
 * ended, or that comes after it, with a {@link DisposedError}.
 */
export async function openSession(
  addon: Pick<Addon, 'createSession'>,
  graph: NativeGraph,
  config: SessionConfig = {},
): Promise<NativeSession> {
  const session = await addon.createSession(graph, encodeSessionConfig(config));
  const { timeoutSeconds, profile, precision = 'float32' } = config;
  try {
    // Asking takes a while, and one precision is for all devices.
    if (precision !== 'float32') checkPrecision(precision, await session.devices());
  } catch (error) {
    session.close();
    throw error;
  }
  let closed = false;
  const typed = (error: unknown): unknown => {
    if (closed) return new DisposedError('The session of the model was closed: open another one', { cause: error });
    return timeoutSeconds === undefined ? error : asTimeOut(error, timeoutSeconds);
  };
  const run = async (plan: RunPlan, feeds: NativeTensor[], options?: Uint8Array): Promise<NativeTensor[]> => {
    try {
      if (profile?.next() === true) return await traced(session, plan, feeds, profile);
      return await session.run(plan, feeds, options);
    } catch (error) {
      throw typed(error);
    }
  };
  const close = (): void => {
    closed = true;
    session.close();
  };
  return {
    prepare: (...names) => {
      try {
        return session.prepare(...names);
      } catch (error) {
        throw typed(error);
      }
    },
    run,
    trace: (...args) => session.trace(...args),
    devices: () => session.devices(),
    close,
    [Symbol.dispose]: close,
  };
}

async function traced(
  session: NativeSession,
  plan: RunPlan,
  feeds: NativeTensor[],
  profile: RunProfile,
): Promise<NativeTensor[]> {
  const { tensors, runMetadata } = await session.trace(plan, feeds, FULL_TRACE);
  profile.add(runMetadata);
  return tensors;
}

function asTimeOut(error: unknown, seconds: number): unknown {
  if (!(error instanceof TensorFlowError) || error.status !== 'DEADLINE_EXCEEDED') return error;
  return new TensorFlowError(
    `A run of the model took longer than ${seconds} s: allow more time, or give it less to do`,
    error.status,
  );
}
