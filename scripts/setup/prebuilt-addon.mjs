// The addon that the package brings for this kind of machine (prebuilds/, by node-gyp-build's rules): copied to where a built one would lie, beside a
// link to libtensorflow, which it looks for there. Where it cannot be loaded, the addon is built here instead.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileIdentity, readStamp, writeStamp } from './fingerprint.mjs';
import { libtensorflowFolder } from './libtensorflow.mjs';
import { buildFolder, repository } from './paths.mjs';

const release = join(buildFolder, 'Release');
const addon = join(release, 'movinet_native.node');
const stampFile = join(buildFolder, '.prebuilt.json');

/** The package's addon for this machine. Undefined: it brings none. */
function findPrebuilt() {
  try {
    const packages = createRequire(join(repository, 'package.json'));
    const found = packages('node-gyp-build').resolve(repository);
    return found.startsWith(join(repository, 'prebuilds')) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** What decides whether it can be loaded: the file, libtensorflow and this system's libraries. */
function facts(prebuilt) {
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return [fileIdentity(prebuilt), libtensorflowFolder(), glibcVersionRuntime].join('\n');
}

function lay(prebuilt) {
  mkdirSync(release, { recursive: true });
  const link = join(release, 'libtensorflow');
  const own = `.${process.pid}`;
  symlinkSync(libtensorflowFolder(), link + own);
  renameSync(link + own, link);
  copyFileSync(prebuilt, addon + own);
  // Older than whatever is compiled here: make must not take it for its own, up to date.
  utimesSync(addon + own, 0, 0);
  renameSync(addon + own, addon);
}

/** Why it cannot be loaded, asked of a process of its own, which a wrong binary may end. Undefined: it can. */
function loadingFailure() {
  const program = 'process.dlopen({ exports: {} }, process.argv[1])';
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', program, addon], { encoding: 'utf8', env });
  if (status === 0) return undefined;
  if (signal) return `${signal} while it was loaded`;
  return /^Error: (.+)$/m.exec(stderr)?.[1] ?? `exit status ${status} while it was loaded`;
}

/** The step that takes the package's addon for this machine, undefined where it brings none. `otherwise` makes of a step one for where it does not fit. */
export function prebuiltAddon() {
  const prebuilt = findPrebuilt();
  if (prebuilt === undefined) return undefined;
  const decision = () => {
    const stamp = readStamp(stampFile);
    return stamp?.facts === facts(prebuilt) ? stamp : undefined;
  };
  const isTaken = () => {
    const taken = decision()?.taken;
    return taken !== undefined && taken === fileIdentity(addon);
  };
  return {
    name: 'the prebuilt addon',
    isDone: () => decision()?.refused !== undefined || isTaken(),
    title: () => `the prebuilt addon into ${buildFolder}`,
    detail: () => (isTaken() ? addon : undefined),
    run: () => {
      lay(prebuilt);
      const refused = loadingFailure();
      if (refused === undefined) {
        writeStamp(stampFile, { facts: facts(prebuilt), taken: fileIdentity(addon) });
        return undefined;
      }
      rmSync(addon);
      writeStamp(stampFile, { facts: facts(prebuilt), refused });
      return `does not fit this machine (${refused}): it is built here instead`;
    },
    otherwise: (step) => ({
      ...step,
      isDone: () => isTaken() || step.isDone(),
      detail: () => (isTaken() ? undefined : step.detail?.()),
    }),
  };
}
