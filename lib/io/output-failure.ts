import { isNativeError } from 'node:util/types';
import { OutputError } from '../base/errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space or choose another folder with --out',
  EDQUOT: 'your disk quota is used up; free some space or choose another folder with --out',
  EACCES: 'permission denied; change its permissions or choose another folder with --out',
  EPERM: 'permission denied; change its permissions or choose another folder with --out',
  EROFS: 'the file system is read-only; choose another folder with --out',
  ENOTDIR: 'a file is in the place of a folder; choose another folder with --out',
  EEXIST: 'a file is in the place of the folder; choose another folder with --out',
  EISDIR: 'a folder is in the place of the file; remove it or choose another folder with --out',
  ENOENT: 'it cannot be created there; choose another folder with --out',
  ENAMETOOLONG: 'the name is too long; choose a shorter one with --out',
  EFBIG: 'the file is larger than allowed here; choose another folder with --out',
};

/** The system's name of an error, such as `ENOSPC`; undefined for errors without one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** Whether it is an error of the system, such as of a file operation. Of whatever realm: jest has its own. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && 'syscall' in error;
}

/** The one-line error for a file operation on `path` that failed. */
export function outputError(action: string, path: string, cause: unknown): OutputError {
  const reason = REASONS[errorCode(cause) ?? ''] ?? String(cause);
  return new OutputError(`Cannot ${action} "${path}": ${reason}`, { cause });
}
