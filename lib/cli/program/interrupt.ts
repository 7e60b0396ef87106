/** `npm` passes on the Ctrl-C that the terminal sends to both: within this time two signals are one. */
const SAME_KEY_MS = 500;

const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type EndingSignal = keyof typeof STATUS;
const SIGNALS = Object.keys(STATUS) as EndingSignal[];

export interface Interrupt extends Disposable {
  /** Aborted by the first Ctrl-C, SIGTERM, or SIGHUP of a terminal that is closed. */
  readonly signal: AbortSignal;
  /** The exit status that tells a shell which signal ended the work; undefined where none came. */
  readonly status: number | undefined;
}

/** What {@link listenForInterrupt} needs of a process; replaced in tests. */
export interface InterruptibleProcess {
  readonly pid: number;
  on(event: EndingSignal, listener: (signal: EndingSignal) => void): unknown;
  off(event: EndingSignal, listener: (signal: EndingSignal) => void): unknown;
  kill(pid: number, signal: EndingSignal): unknown;
}

/** The first Ctrl-C asks the work to end in order, and `tell` says so; the second ends the process at once. */
export function listenForInterrupt(
  tell: (text: string) => void,
  host: InterruptibleProcess = process,
  now: () => number = Date.now,
): Interrupt {
  const controller = new AbortController();
  let first: { time: number; status: number } | undefined;
  const stop = (): void => {
    for (const name of SIGNALS) host.off(name, onSignal);
  };
  const onSignal = (signal: EndingSignal): void => {
    if (first === undefined) {
      first = { time: now(), status: STATUS[signal] };
      tell('Finishing in order; press Ctrl-C again to quit at once');
      const reason = new DOMException('Interrupted', 'AbortError');
      controller.abort(Object.assign(reason, { status: first.status }));
    } else if (now() - first.time > SAME_KEY_MS) {
      // Without a listener the signal does what it does by default, whatever native threads are busy with.
      stop();
      host.kill(host.pid, signal);
    }
  };
  for (const name of SIGNALS) host.on(name, onSignal);
  return {
    signal: controller.signal,
    get status() {
      return first?.status;
    },
    [Symbol.dispose]: stop,
  };
}
