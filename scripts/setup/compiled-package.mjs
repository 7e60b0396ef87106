// The package as npm packs it: lib/ compiled into dist/.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { fingerprint, listFiles, readStamp, writeStamp } from './fingerprint.mjs';
import { buildFolder, repository } from './paths.mjs';

const SCRIPT = 'scripts/package/build.ts';
const LAST_FILE = 'dist/extend.d.mts';
const stampFile = join(buildFolder, '.dist.json');

function inputs() {
  const files = listFiles(repository, ['lib', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', SCRIPT]);
  return fingerprint(repository, files, []);
}

export const compiledPackage = {
  name: 'compiled package',
  isDone: () => existsSync(join(repository, LAST_FILE)) && readStamp(stampFile)?.inputs === inputs(),
  title: () => 'the package, compiled into dist',
  run: async () => {
    const before = inputs();
    rmSync(join(repository, LAST_FILE), { force: true });
    await runLogged('build-dist', process.execPath, ['-r', 'ts-node/register', SCRIPT], {
      what: 'the package could not be compiled',
      hint: 'mend what the compiler says, then run the command again',
    });
    writeStamp(stampFile, { inputs: before });
  },
};
