import { TensorFlowError } from '../base/errors';
import type { Addon } from '../native/addon';
import type { NativeGraph } from '../native/graph';
import { RunOptions, TraceLevel } from '../native/messages';
import type { NativeSession, RunPlan } from '../native/session';
import type { NativeTensor } from '../native/tensor';
import type { RunProfile } from './run-profile';
import { encodeSessionConfig, type SessionConfig } from './session-config';

const FULL_TRACE = RunOptions.encode({ trace_level: TraceLevel.FULL_TRACE }).finish();

/** A session for a graph. A run that outlasts the configuration's time-out rejects with a {@link TensorFlowError}, code `DEADLINE_EXCEEDED`. */
export async function openSession(
  addon: Pick<Addon, 'createSession'>,
  graph: NativeGraph,
  config: SessionConfig = {},
): Promise<NativeSession> {
  const session = await addon.createSession(graph, encodeSessionConfig(config));
  const { timeoutSeconds, profile } = config;
  if (timeoutSeconds === undefined && profile === undefined) return session;
  const run = (plan: RunPlan, feeds: NativeTensor[], options?: Uint8Array): Promise<NativeTensor[]> => {
    const running =
      profile?.next() === true ? traced(session, plan, feeds, profile) : session.run(plan, feeds, options);
    return running.catch((error: unknown) => {
      throw timeoutSeconds === undefined ? error : asTimeOut(error, timeoutSeconds);
    });
  };
  return {
    prepare: (...names) => session.prepare(...names),
    run,
    trace: (...args) => session.trace(...args),
    devices: () => session.devices(),
    close: () => session.close(),
    [Symbol.dispose]: () => session.close(),
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
  if (!(error instanceof TensorFlowError) || error.code !== 'DEADLINE_EXCEEDED') return error;
  return new TensorFlowError(
    `A run of the model took longer than ${seconds} s: allow more time, or give it less to do`,
    error.code,
  );
}
