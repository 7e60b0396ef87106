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

/** What TensorFlow says where the system refuses it a file, with the system's name of that. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, 'ENOSPC'],
  [/Disk quota exceeded/, 'EDQUOT'],
  [/Permission denied/, 'EACCES'],
  [/Read-only file system/, 'EROFS'],
  [/File too large/, 'EFBIG'],
];

/** Why a file operation failed and what to do about it, for the end of a line. */
export function failureReason(error: unknown): string {
  const text = isNativeError(error) ? (error.message.split('\n')[0] as string) : String(error);
  const code = errorCode(error) ?? '';
  return REASONS[code] ?? REASONS[SAID.find(([said]) => said.test(text))?.[1] ?? ''] ?? text;
}

/** The one-line error for a file operation on `path` that failed; `option`: what a program's user names another place with, where it has one. */
export function outputError(action: string, path: string, cause: unknown, option?: string): OutputError {
  const known = REASONS[errorCode(cause) ?? ''];
  const reason = known === undefined ? String(cause) : `${known}${option === undefined ? '' : ` with ${option}`}`;
  return new OutputError(`Cannot ${action} "${path}": ${reason}`, { cause });
}
