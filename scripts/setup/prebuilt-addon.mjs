// The addon that the package brings for this kind of machine (prebuilds/, by node-gyp-build's rules): copied to where a built one would lie, beside a
// link to libtensorflow, which it looks for there. Where it cannot be loaded, the addon is built here instead.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileIdentity, readStamp, writeStamp } from './fingerprint.mjs';
import { libtensorflowFolder } from './libtensorflow.mjs';
import { buildFolder, repository } from './paths.mjs';

const release = join(buildFolder, 'Release');
const addon = join(release, 'movinet_native.node');
const candidate = join(release, 'movinet_native.candidate');
const link = join(release, 'libtensorflow');
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

/** What decides whether one that does not fit is tried again: its content, what it was tried with. */
function facts(content) {
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime } = process.report.getReport().header;
  const folder = libtensorflowFolder();
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
    fileIdentity(join(folder, 'lib', name)),
  );
  return [content, folder, ...libraries, glibcVersionRuntime].join('\n');
}

/** Of the file, wherever a project has it. */
function contentOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Beside the addon that is there, which stays until another one was loaded. */
function layCandidate(prebuilt) {
  mkdirSync(release, { recursive: true });
  const own = `.${process.pid}`;
  rmSync(link + own, { force: true });
  symlinkSync(libtensorflowFolder(), link + own);
  renameSync(link + own, link);
  copyFileSync(prebuilt, candidate);
  // Older than whatever is compiled here: make must not take it for its own, up to date.
  utimesSync(candidate, 0, 0);
}

/** Why it cannot be loaded, asked of a process of its own, which a wrong binary may end. Undefined: it can. */
function loadingFailure() {
  const program = 'process.dlopen({ exports: {} }, process.argv[1])';
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', program, candidate], { encoding: 'utf8', env });
  if (status === 0) return undefined;
  if (signal) return `${signal} while it was loaded`;
  return /^Error: (.+)$/m.exec(stderr)?.[1] ?? `exit status ${status} while it was loaded`;
}

/** What no change of this machine's but that of `facts` mends. */
const LASTING = /version `GLIBC_|invalid ELF header|file too short|wrong ELF class/;

/** Remembers that the addon is to be built here, until it is asked for otherwise. */
export function chooseSource() {
  writeStamp(stampFile, { chosen: 'source' });
}

/**
 * The step that takes the package's addon for this machine, undefined where it brings none, or one that is built here was chosen before. `otherwise` makes of a step one for where it does
 * not fit. `asked`: whether it is taken even where another choice was made.
 */
export function prebuiltAddon({ asked = false } = {}) {
  const prebuilt = findPrebuilt();
  if (prebuilt === undefined || (!asked && readStamp(stampFile)?.chosen === 'source')) return undefined;
  const content = contentOf(prebuilt);
  const decision = () => {
    const stamp = readStamp(stampFile);
    return stamp?.facts === facts(content) ? stamp : undefined;
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
      layCandidate(prebuilt);
      const refused = loadingFailure();
      if (refused === undefined) {
        renameSync(candidate, addon);
        writeStamp(stampFile, { facts: facts(content), taken: fileIdentity(addon) });
        return undefined;
      }
      rmSync(candidate);
      writeStamp(stampFile, LASTING.test(refused) ? { facts: facts(content), refused } : {});
      return `does not fit this machine (${refused}): it is built here instead`;
    },
    otherwise: (step) => ({
      ...step,
      isDone: () => isTaken() || step.isDone(),
      detail: () => (isTaken() ? undefined : step.detail?.()),
    }),
  };
}
