import { isNativeError } from 'node:util/types';
import { OutputError } from '../base/errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'your disk quota is used up; free some space or choose another folder',
  EACCES: 'permission denied; change its permissions or choose another folder',
  EPERM: 'permission denied; change its permissions or choose another folder',
  EROFS: 'the file system is read-only; choose another folder',
  ENOTDIR: 'a file is in the place of a folder; choose another folder',
  EEXIST: 'a file is in the place of the folder; choose another folder',
  EISDIR: 'a folder is in the place of the file; remove it or choose another folder',
  ENOENT: 'it cannot be created there; choose another folder',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  EFBIG: 'the file is larger than allowed here; choose another folder',
};

/** The system's name of an error, such as `ENOSPC`; undefined for errors without one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** Whether it is an error of the system, such as of a file operation. Of whatever realm: jest has its own. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && 'syscall' in error;
}

/** The one-line error for a file operation on `path` that failed; `option` is the user's way to name another place. */
export function outputError(action: string, path: string, cause: unknown, option = '--out'): OutputError {
  const known = REASONS[errorCode(cause) ?? ''];
  const reason = known === undefined ? String(cause) : `${known} with ${option}`;
  return new OutputError(`Cannot ${action} "${path}": ${reason}`, { cause });
}
