// Whether prebuilds/ was built from the native sources that are here: `--write` after a build, `--check` before the package is published.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, listFiles, readStamp, writeStamp } from '../../setup/fingerprint.mjs';
import { repository } from '../../setup/paths.mjs';

const prebuilds = join(repository, 'prebuilds');
const stampFile = join(prebuilds, 'sources.json');
const ADDONS = ['x64', 'arm64'].map((arch) => `linux-${arch}/movinet-native.glibc.node`);

function sources() {
  const files = listFiles(repository, ['CMakeLists.txt', 'cmake', 'native']);
  return fingerprint(
    repository,
    files.filter((file) => !file.startsWith('native/bench/')),
    [],
  );
}

if (process.argv.includes('--write')) writeStamp(stampFile, { sources: sources() });
else {
  const missing = ADDONS.filter((addon) => !existsSync(join(prebuilds, addon)));
  const isOld = readStamp(stampFile)?.sources !== sources();
  if (missing.length > 0 || isOld) {
    const what =
      missing.length > 0 ? `prebuilds/ lacks ${missing.join(' and ')}` : 'prebuilds/ is of other native sources';
    process.stderr.write(`${what}: run \`npm run build:prebuilds\` first\n`);
    process.exitCode = 1;
  }
}
