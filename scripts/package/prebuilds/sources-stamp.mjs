// Whether prebuilds/ was built from what is here: `--print` tells the sources by a hash, as a build begins; `--check` compares those that the builds left, before the package is packed
// (`--if-any`: where there are addons) or published.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, listFiles, readStamp } from '../../setup/fingerprint.mjs';
import { packageFacts, repository } from '../../setup/paths.mjs';

const prebuilds = join(repository, 'prebuilds');
const PLACES = ['linux-x64', 'linux-arm64'];

function sources() {
  const files = listFiles(repository, ['CMakeLists.txt', 'cmake', 'native', 'scripts/package/prebuilds']);
  return fingerprint(
    repository,
    files.filter((file) => !file.startsWith('native/bench/')),
    [packageFacts.dependencies['node-addon-api']],
  );
}

/** What stands in the way of packing these addons; undefined: nothing. */
function fault() {
  const missing = PLACES.filter((place) => !existsSync(join(prebuilds, place, 'movinet-native.glibc.node')));
  if (missing.length > 0) return `prebuilds/ lacks ${missing.join(' and ')}`;
  const old = PLACES.filter((place) => readStamp(join(prebuilds, place, 'sources.json'))?.sources !== sources());
  return old.length > 0 ? `prebuilds/ has ${old.join(' and ')} of other sources` : undefined;
}

if (process.argv.includes('--print')) process.stdout.write(sources());
else if (existsSync(prebuilds) || !process.argv.includes('--if-any')) {
  const found = fault();
  if (found !== undefined) {
    process.stderr.write(`${found}: run \`npm run build:prebuilds\`, or remove the folder to pack none\n`);
    process.exitCode = 1;
  }
}
