import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MovinetError } from '../../lib/base/errors';
import { writeTinyBackbone, writeTinyVideos } from '../../test/cli/support/tiny-material';
import { must, root } from './program';
import type { RootFileSystem } from './root-file-system';
import { runTrials, writeTrials } from './trial';

/** Seconds that `work` takes, as text, and what it gives. */
function timed<Given>(work: () => Given): { seconds: string; given: Given } {
  const begin = performance.now();
  const given = work();
  return { seconds: ((performance.now() - begin) / 1000).toFixed(0), given };
}

/** Installs the package, sets it up, trains two steps and predicts: what it runs on there, and how long set-up took. */
export async function tryPackage(system: RootFileSystem, archive: string, fromSource: boolean): Promise<string> {
  const project = system.outside('root/project');
  mkdirSync(project);
  copyFileSync(archive, join(project, 'package.tgz'));
  await writeTinyVideos(project);
  await writeTinyBackbone(project);
  writeTrials(project, 'videos', 'backbone/ckpt');
  system.run('echo "{}" > package.json; npm install --silent --no-audit --no-fund ./package.tgz');
  const setUp = timed(() => system.run(`npx movinet setup${fromSource ? ' --build-from-source' : ''} 2>&1`));
  const addon = setUp.given.includes('the native addon') ? 'built there' : 'prebuilt';
  const brought = existsSync(join(project, 'node_modules/movinet-native/prebuilds'));
  if (brought && !fromSource && addon !== 'prebuilt')
    throw new MovinetError(`the prebuilt addon was not taken: ${setUp.given}`);
  const versions = system.run('npx movinet --version').trim().split('\n').slice(1).join(', ');
  runTrials((file) => system.run(`node ${file}`));
  return `works; set-up ${setUp.seconds} s, addon ${addon}; ${versions}`;
}

/** The README's two commands in a clone of this checkout's last commit: how long they took, and what the second one counted. */
export function tryClone(system: RootFileSystem): string {
  must('git', ['clone', '--quiet', '--no-hardlinks', root, system.outside('root/project')]);
  system.run('git config --global --add safe.directory /root/project');
  const train = timed(() => system.run('npm run train > /tmp/train.log 2>&1 || { tail -n 5 /tmp/train.log; exit 1; }'));
  const test = timed(() =>
    system.run(
      'npm test > /tmp/test.log 2>&1 || { grep -E "^(FAIL|  ●)" /tmp/test.log; tail -n 5 /tmp/test.log; exit 1; }; tail -n 1 /tmp/test.log',
    ),
  );
  return `npm run train ${train.seconds} s, npm test ${test.seconds} s: ${test.given.trim()}`;
}
