/**
 * What kind of failure an error is, for programs: these never change, messages may.
 *
 * | code | class | what failed |
 * |---|---|---|
 * | `ERR_USAGE` | {@link UsageError} | an option, an argument or a combination of them: the caller's to correct |
 * | `ERR_DATASET` | {@link DatasetError} | a data set that cannot be used |
 * | `ERR_VIDEO` | {@link VideoError} | a video that cannot be opened or decoded |
 * | `ERR_CHECKPOINT` | {@link CheckpointError} | weights or a model that cannot be read: missing, damaged, of another kind |
 * | `ERR_CHECKPOINT_MISMATCH` | {@link CheckpointMismatchError} | weights of another model: a {@link CheckpointError} too |
 * | `ERR_DIVERGED` | {@link DivergedError} | a NaN or an infinite number where numbers are learned or measured |
 * | `ERR_DOWNLOAD` | {@link DownloadError} | the network, or what came over it |
 * | `ERR_OUTPUT` | {@link OutputError} | a result that could not be written |
 * | `ERR_TENSORFLOW` | {@link TensorFlowError} | TensorFlow; `status` is its own word |
 * | `ERR_ADDON` | {@link AddonError} | the native addon cannot be loaded; `reason` says why |
 * | `ERR_DEVICE` | {@link DeviceError} | a device that was asked for and cannot be used |
 * | `ERR_DISPOSED` | {@link DisposedError} | use of what was disposed of |
 * | `ERR_BUSY` | {@link BusyError} | use of what is at work and does one thing at a time |
 * | `ERR_MOVINET` | {@link MovinetError} | what none of the others names: programs of this repository |
 *
 * What a signal ends rejects with the signal's own reason, which is none of these: an `AbortError`, unless the caller gave another.
 */
export type ErrorCode =
  | 'ERR_MOVINET'
  | 'ERR_USAGE'
  | 'ERR_DATASET'
  | 'ERR_VIDEO'
  | 'ERR_CHECKPOINT'
  | 'ERR_CHECKPOINT_MISMATCH'
  | 'ERR_DIVERGED'
  | 'ERR_DOWNLOAD'
  | 'ERR_OUTPUT'
  | 'ERR_TENSORFLOW'
  | 'ERR_ADDON'
  | 'ERR_DEVICE'
  | 'ERR_DISPOSED'
  | 'ERR_BUSY';

/**
 * Base of every error that this library throws on purpose: its message is one line, fit to show to a user. Options stand in it by their names in the library, in
 * backquotes where they are meant as such.
 */
export class MovinetError extends Error {
  override name = 'MovinetError';
  readonly code: ErrorCode = 'ERR_MOVINET';
}

/** What a {@link UsageError} may say beside its message. */
export interface UsageErrorOptions extends ErrorOptions {
  /** The option that is wrong, such as `batchSize`, or `clip.size` of an option within one. */
  readonly option?: string;
}

/** A wrong option, argument or combination of them. Commands exit with status 2. */
export class UsageError extends MovinetError {
  override name = 'UsageError';
  override readonly code = 'ERR_USAGE';
  /** The option that is wrong, where it is one. */
  readonly option?: string;

  constructor(message: string, { option, ...options }: UsageErrorOptions = {}) {
    super(message, options);
    if (option !== undefined) this.option = option;
  }
}

/** A data set that cannot be used: a missing folder, an empty class, too many broken files. Its message is one line, whatever the names are that it tells. */
export class DatasetError extends MovinetError {
  override name = 'DatasetError';
  override readonly code = 'ERR_DATASET';
  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '), options);
  }
}

/** A video that cannot be opened or decoded. */
export class VideoError extends MovinetError {
  override name = 'VideoError';
  override readonly code = 'ERR_VIDEO';
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
  }
}

/** Weights that do not fit the model: a missing variable, another shape, a damaged file. */
export class CheckpointError extends MovinetError {
  override name = 'CheckpointError';
  override readonly code: ErrorCode = 'ERR_CHECKPOINT';
}

/** A variable whose shape in a checkpoint is not the model's. */
export interface ShapeMismatch {
  /** Its path below the model. */
  readonly path: string;
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** What does not match between a checkpoint and a model, by paths below the model. */
export interface CheckpointDifferences {
  readonly missing: readonly string[];
  /** In the checkpoint's model and not in this one: an error only in layers that this one has too. */
  readonly extra: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];
}

/** How many names of each kind a message has. */
const SHOWN = 3;

/** Weights of another model: its fields list every variable that does not match, its message the first ones. */
export class CheckpointMismatchError extends CheckpointError implements CheckpointDifferences {
  override name = 'CheckpointMismatchError';
  override readonly code = 'ERR_CHECKPOINT_MISMATCH';
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];

  /** `subject` begins the message, such as "The checkpoint ckpt-1"; `total` is the number of variables asked for. */
  constructor(subject: string, total: number, { missing, extra, mismatched }: CheckpointDifferences) {
    const shapes = mismatched.map(
      ({ path, expected, actual }) =>
        `${path} with shape [${actual.join(', ')}], the model's is [${expected.join(', ')}]`,
    );
    const parts = [
      missing.length > 0 && `lacks ${missing.length} of ${total} variables: ${firstOf(missing)}`,
      shapes.length > 0 && `has ${shapes.length} of another shape: ${firstOf(shapes)}`,
      extra.length > 0 && `has ${extra.length} that the model lacks: ${firstOf(extra)}`,
    ].filter((part) => part !== false);
    super(`${subject} ${parts.join('; ')}; is it another model's?`);
    this.missing = missing;
    this.extra = extra;
    this.mismatched = mismatched;
  }

  /** Whether the message leaves some out. */
  get shortened(): boolean {
    return [this.missing, this.extra, this.mismatched].some(({ length }) => length > SHOWN);
  }
}

function firstOf(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} and ${texts.length - SHOWN} more` : shown;
}

/** Where numbers stopped being numbers. */
export interface Divergence {
  /** From 1, in training. */
  readonly epoch?: number;
  /** The optimizer steps that were taken, in training. */
  readonly step?: number;
  /** Whose clips they were: of weights those of the last step. */
  readonly files: readonly string[];
}

/** A NaN or an infinite number: in training a rate that is too high, most often; in evaluation weights that are broken, or a loss that they are too large for. */
export class DivergedError extends MovinetError implements Divergence {
  override name = 'DivergedError';
  override readonly code = 'ERR_DIVERGED';
  readonly epoch?: number;
  readonly step?: number;
  readonly files: readonly string[];

  constructor(
    readonly what: 'loss' | 'logits' | 'gradients' | 'weights',
    { epoch, step, files }: Divergence,
  ) {
    const when = step === undefined ? '' : ` after step ${step}${epoch === undefined ? '' : ` of epoch ${epoch}`}`;
    const advice = step === undefined ? 'the model is broken, or its input is' : 'a smaller learning rate may help';
    const named = files.length === 0 ? '' : ` (${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ''})`;
    super(`NaN or infinite ${what}${when}${named}: ${advice}`);
    if (epoch !== undefined) this.epoch = epoch;
    if (step !== undefined) this.step = step;
    this.files = files;
  }
}

/** A download that failed, was cut off, or brought other bytes than promised. */
export class DownloadError extends MovinetError {
  override name = 'DownloadError';
  override readonly code = 'ERR_DOWNLOAD';
}

/** A result that could not be written: an unwritable folder, a full disk. */
export class OutputError extends MovinetError {
  override name = 'OutputError';
  override readonly code = 'ERR_OUTPUT';
}

/** TensorFlow refused or failed; `status` is its canonical name of that, such as `INVALID_ARGUMENT`. */
export class TensorFlowError extends MovinetError {
  override name = 'TensorFlowError';
  override readonly code = 'ERR_TENSORFLOW';
  constructor(
    message: string,
    readonly status: string,
  ) {
    super(message);
  }
}

/**
 * What keeps the addon from being loaded: it is not built, a library is missing or not the one it was built with, the system's libraries are older
 * than those it was built with, it is for another processor or C library, a file is damaged, or Node was told to load no addons.
 */
export type AddonFailure =
  | 'not-built'
  | 'missing-library'
  | 'other-library'
  | 'old-system'
  | 'wrong-machine'
  | 'damaged'
  | 'disabled'
  | 'unknown';

/** The native addon cannot be loaded; the message ends with what to do about it, `cause` is the dynamic linker's own. */
export class AddonError extends MovinetError {
  override name = 'AddonError';
  override readonly code = 'ERR_ADDON';
  constructor(
    message: string,
    readonly reason: AddonFailure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A device that was asked for cannot be used: the message lists what is missing. */
export class DeviceError extends MovinetError {
  override name = 'DeviceError';
  override readonly code = 'ERR_DEVICE';
}

/** What was disposed of, or whose session was, cannot be used any more. */
export class DisposedError extends MovinetError {
  override name = 'DisposedError';
  override readonly code = 'ERR_DISPOSED';
}

/** What does one thing at a time is at work: await that first. */
export class BusyError extends MovinetError {
  override name = 'BusyError';
  override readonly code = 'ERR_BUSY';
}
