import { packageJson, projectFiles } from './support';

const { scripts } = packageJson();

it('runs only files that there are', () => {
  const files = new Set(projectFiles());
  const missing = Object.entries(scripts).flatMap(([name, command]) =>
    [...command.matchAll(/scripts\/[\w./-]+/g)]
      .filter(([file]) => !files.has(file))
      .map(([file]) => `${name}: ${file}`),
  );
  expect(missing).toEqual([]);
});

it('prepares the machine before every command', () => {
  const commands = Object.keys(scripts).filter((name) => name !== 'setup' && !name.startsWith('pre'));
  expect(commands.filter((name) => !scripts[`pre${name}`]?.startsWith('node scripts/setup.mjs'))).toEqual([]);
});

it('does nothing when npm installs', () => {
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare'];
  expect(hooks.filter((hook) => hook in scripts)).toEqual([]);
  expect(packageJson()).toMatchObject({ gypfile: false });
});
