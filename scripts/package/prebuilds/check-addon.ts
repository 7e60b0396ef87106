import { readFileSync } from 'node:fs';
import { MovinetError } from '../../../lib/base/errors';
import { must } from '../program';

/** What every system with glibc has, and TensorFlow. */
const NEEDED =
  /^(?:libtensorflow_(?:cc|framework)\.so\.2|lib(?:c|m|dl|gcc_s|pthread|rt)\.so\.\d|ld-linux-[\w-]+\.so\.\d)$/;
/** The newest glibc that it may want: README.md and docs/platforms.md name it. */
const LEAST_GLIBC = '2.34';
const RUNPATH = '$ORIGIN/libtensorflow/lib:$ORIGIN/libtensorflow';
/** Folders of the file system in which it is built. */
const PATHS = /(?<![\w.+-])\/(?:root|src|build|opt|home|work)\/[\w./+-]+/g;

function newest(versions: readonly string[]): string {
  const sorted = [...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return sorted.at(-1) ?? '';
}

/** The least glibc, and the size in bytes. Throws {@link MovinetError} where it needs what a system may lack, or has a path of the machine that built it. */
export function checkAddon(file: string): { glibc: string; bytes: number } {
  const content = readFileSync(file);
  const { stdout } = must('readelf', ['--wide', '--dynamic', '--version-info', file]);
  const needed = [...stdout.matchAll(/\(NEEDED\)\s+Shared library: \[(.+)\]/g)].map(([, name = '']) => name);
  const strange = needed.filter((name) => !NEEDED.test(name));
  if (strange.length > 0) throw new MovinetError(`${file} needs ${strange.join(', ')}`);
  const paths = content.toString('latin1').match(PATHS) ?? [];
  if (paths.length > 0)
    throw new MovinetError(`${file} has paths of where it was built: ${[...new Set(paths)].join(', ')}`);
  const versions = [...stdout.matchAll(/Name: GLIBC_([\d.]+)/g)].map(([, version = '']) => version);
  const glibc = newest(versions);
  if (newest([glibc, LEAST_GLIBC]) !== LEAST_GLIBC)
    throw new MovinetError(`${file} needs glibc ${glibc}, newer than ${LEAST_GLIBC}`);
  if (!stdout.includes(`Library runpath: [${RUNPATH}]`))
    throw new MovinetError(`${file} does not look for libtensorflow in ${RUNPATH}`);
  return { glibc, bytes: content.length };
}
