import { posix } from 'node:path';
import ts from 'typescript';
import { projectFiles, read } from './support';

/** An import of one file by another, or of a package (`to` has no extension then). Paths are from the repository's root. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const files = new Set(projectFiles());

/** The file that a relative specifier means. */
function resolve(from: string, specifier: string): string | undefined {
  const path = posix.join(posix.dirname(from), specifier);
  return [path, `${path}.ts`, `${path}.d.ts`, `${path}/index.ts`].find((candidate) => files.has(candidate));
}

function specifiers(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(read(file), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

export function sourceFiles(folder: string, pattern = /\.ts$/): string[] {
  return [...files].filter((file) => file.startsWith(`${folder}/`) && pattern.test(file)).sort();
}

/** Imports among the project's own files. Throws for one that leads nowhere. */
export function ownImports(folder: string): Import[] {
  return sourceFiles(folder).flatMap((from) =>
    specifiers(from)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => {
        const to = resolve(from, specifier);
        if (to === undefined) throw new Error(`${from} imports ${specifier}, which is no file of the project`);
        return { from, to };
      }),
  );
}

/** Imports of packages and of Node's own modules, by the package's name: `node:fs`, `zod`, `@resvg/resvg-js`. */
export function packageImports(folder: string): Import[] {
  return sourceFiles(folder).flatMap((from) =>
    specifiers(from)
      .filter((specifier) => !specifier.startsWith('.'))
      .map((specifier) => {
        const [scope = '', name = ''] = specifier.split('/');
        if (specifier.startsWith('node:')) return { from, to: specifier };
        return { from, to: scope.startsWith('@') ? `${scope}/${name}` : scope };
      }),
  );
}

/** `#include "…"` among the native sources; paths there are from `native/`. */
export function nativeIncludes(): Import[] {
  return sourceFiles('native', /\.(cc|h)$/).flatMap((from) =>
    [...read(from).matchAll(/^#include "([^"]+)"$/gm)].map(([, path]) => ({ from, to: `native/${path}` })),
  );
}

/** The folder of a file below `root`; the file itself where it lies in `root`. */
export function room(file: string, root: string): string {
  return file.slice(root.length + 1).split('/')[0] ?? '';
}

/** A ring of files that import one another, the first one last again; undefined where there is none. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (finished.has(file)) return undefined;
    path.push(file);
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** The rows of a table of docs/architecture.md, `| folder | one idea | may know |`, below the heading; `null`: everything. */
export function knownByFolder(heading: string): Map<string, readonly string[] | null> {
  const section =
    read('docs/architecture.md')
      .split(/^## /m)
      .find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| (`[^|]*`) \|[^|]*\| ([^|]*) \|$/gm)];
  return new Map(
    rows.flatMap(([, names = '', known = '']) =>
      [...names.matchAll(/`([^`]+?)\/?`/g)].map(([, name = '']) => [
        name,
        known === 'everything' ? null : known === '–' ? [] : known.split(', '),
      ]),
    ),
  );
}
