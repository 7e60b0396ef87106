// Compiles the package into dist/: `npm run build`. CommonJS with declarations, what lies beside the sources, and an entry for ES modules that hands on
// what the CommonJS one has: the addon is loaded once, and an error's class is one, however the package is imported.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const dist = join(root, 'dist');
const ENTRIES = ['index', 'extend'];
const PROGRAM = 'cli/main.js';

function compile(): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}

/** What the library reads when it runs, such as the sample's weights. */
function copyData(): void {
  cpSync(join(root, 'lib'), dist, { recursive: true, filter: (path) => !path.endsWith('.ts') });
}

function writeModuleEntry(name: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its names are known once it is compiled
  const names = Object.keys(require(join(dist, `${name}.js`)) as object).filter((one) => one !== '__esModule');
  writeFileSync(
    join(dist, `${name}.mjs`),
    `import commonJs from './${name}.js';\n\nexport const {\n${names.map((one) => `  ${one},\n`).join('')}} = commonJs;\n`,
  );
  writeFileSync(join(dist, `${name}.d.mts`), `export * from './${name}.js';\n`);
}

rmSync(dist, { recursive: true, force: true });
compile();
copyData();
for (const name of ENTRIES) writeModuleEntry(name);
chmodSync(join(dist, PROGRAM), 0o755);
