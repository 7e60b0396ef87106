/** Base of every error that this library throws on purpose: its message is one line, fit to show to a user. */
export class MovinetError extends Error {
  override name = 'MovinetError';
}

/** A wrong option, argument or combination of them. Commands exit with status 2. */
export class UsageError extends MovinetError {
  override name = 'UsageError';
}

/** A data set that cannot be used: a missing folder, an empty class, too many broken files. */
export class DatasetError extends MovinetError {
  override name = 'DatasetError';
}

/** A video that cannot be opened or decoded. */
export class VideoError extends MovinetError {
  override name = 'VideoError';
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
}

/** A download that failed, was cut off, or brought other bytes than promised. */
export class DownloadError extends MovinetError {
  override name = 'DownloadError';
}

/** A result that could not be written: an unwritable folder, a full disk. */
export class OutputError extends MovinetError {
  override name = 'OutputError';
}

/** TensorFlow refused or failed; `code` is the canonical status name, such as `INVALID_ARGUMENT`. */
export class TensorFlowError extends MovinetError {
  override name = 'TensorFlowError';
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}
