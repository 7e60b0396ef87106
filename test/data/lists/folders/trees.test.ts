import { join, relative } from 'node:path';
import fc from 'fast-check';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list } from './support/listed';

const folder = temporaryFolder();

/** The names in a folder and below it: files, and folders that are such trees themselves. */
interface Tree {
  readonly files: readonly string[];
  readonly folders: Readonly<Record<string, Tree>>;
}

const files = fc.uniqueArray(
  fc.constantFrom('1.avi', '2.MP4', '3.ts', '1.jpg', '2.png', '3.JPG', 'x.txt', 'Makefile', '.4.avi'),
  {
    maxLength: 5,
  },
);
/** Of so many levels of folders. */
const treeOf = (levels: number): fc.Arbitrary<Tree> => {
  const names = fc.constantFrom('p', 'q', '@eaDir', '.r');
  const folders = levels === 0 ? fc.constant({}) : fc.dictionary(names, treeOf(levels - 1), { maxKeys: 3 });
  return fc.record({ files, folders });
};

const isSystem = (name: string): boolean => name.startsWith('.') || name === '@eaDir';
const visible = ({ files, folders }: Tree): Tree => ({
  files: files.filter((name) => !isSystem(name)),
  folders: Object.fromEntries(Object.entries(folders).filter(([name]) => !isSystem(name))),
});
const isVideo = (name: string): boolean => /\.(avi|mp4|ts)$/i.test(name);
const isPicture = (name: string): boolean => /\.(jpg|png)$/i.test(name);

function paths(tree: Tree, below: string): string[] {
  const inFolders = Object.entries(tree.folders).flatMap(([name, inner]) => paths(inner, `${below}/${name}`));
  return [`${below}/`, ...tree.files.map((name) => `${below}/${name}`), ...inFolders];
}

/** What a class should give: its clips, and how many visible files are none. */
function expected(given: Tree, path: string, top = true): { clips: string[]; ignored: number } {
  const { files, folders } = visible(given);
  const inner = Object.entries(folders).map(([name, tree]) => expected(tree, `${path}/${name}`, false));
  const videos = files.filter(isVideo).map((name) => `${path}/${name}`);
  const pictures = files.filter(isPicture);
  const isClip = !top && pictures.length > 1 && videos.length === 0 && inner.length === 0;
  return {
    clips: [...(isClip ? [path] : []), ...videos, ...inner.flatMap(({ clips }) => clips)],
    ignored:
      files.length -
      videos.length -
      (isClip ? pictures.length : 0) +
      inner.reduce((sum, { ignored }) => sum + ignored, 0),
  };
}

it('whatever is below the classes is a clip once, or ignored and counted', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.tuple(treeOf(3), treeOf(2), treeOf(1)), async (trees) => {
      const root = join(folder(), String(run++));
      const names = ['c', 'a', 'b'];
      trees.forEach((tree, i) => makeFiles(root, paths(tree, names[i]!)));
      makeFiles(root, ['d/1.avi', 'e/1.avi']);
      const set = await list(root);
      const all = trees.map((tree, i) => expected(tree, names[i]!));
      const found = set.rows.map(({ path, target }) => [set.task.classes[target[0]!], relative(root, path)]);
      const wanted = all.flatMap(({ clips }) => clips).concat('d/1.avi', 'e/1.avi');
      expect(found).toEqual(wanted.sort().map((path) => [path[0], path]));
      const ignored = all.reduce((sum, { ignored }) => sum + ignored, 0);
      const note = set.notes.find((text) => text.startsWith('ignored')) ?? 'ignored 0';
      expect(Number(/^ignored (\d+)/.exec(note)?.[1])).toBe(ignored);
    }),
    { numRuns: 30 },
  );
});
