// Whether this machine has an NVIDIA driver that programs can load.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { processor } from '../paths.mjs';

const LIBRARY_FOLDERS = [
  `/usr/lib/${processor}-linux-gnu`,
  `/lib/${processor}-linux-gnu`,
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/lib64',
];

/** How the driver was found, or undefined. `root` stands before every path. */
export function findNvidiaDriver(root = '/', libraryPath = process.env.LD_LIBRARY_PATH ?? '') {
  if (existsSync(join(root, 'proc/driver/nvidia/version'))) return '/proc/driver/nvidia/version';
  const folders = [...libraryPath.split(':').filter((folder) => folder.startsWith('/')), ...LIBRARY_FOLDERS];
  return folders.map((folder) => `${folder}/libcuda.so.1`).find((path) => existsSync(join(root, path)));
}
