import { join } from 'node:path';
import ts from 'typescript';
import { suiteFolder } from '../support/suite-folder';
import { PackageProject } from './support/installed-package';

const { path: folder } = suiteFolder();
let place = '';
beforeAll(() => {
  place = new PackageProject(folder).place;
}, 120_000);

const printer = ts.createPrinter({ removeComments: true });

/** What users see of a declaration: private members have no types. */
function textOf(declaration: ts.Declaration): string {
  const shown = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return printer
    .printNode(ts.EmitHint.Unspecified, shown, declaration.getSourceFile())
    .split('\n')
    .filter((line) => !/^\s+private /.test(line))
    .join('\n');
}

/** Every export by its name, with its declarations; those of other packages by their names alone. */
function exportsOf(file: string): Record<string, string> {
  const program = ts.createProgram([file], { module: ts.ModuleKind.Node16, lib: ['lib.es2023.d.ts'], types: [] });
  const checker = program.getTypeChecker();
  const entry = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const found = checker.getExportsOfModule(entry).map((symbol): [string, string] => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const own = (target.declarations ?? []).filter((one) =>
      one.getSourceFile().fileName.startsWith(join(place, 'dist')),
    );
    // A module under one name, as `ops`, has a declaration for each of its exports.
    const texts = own.map((one) =>
      ts.isSourceFile(one) ? `namespace of ${Object.keys(exportsOf(one.fileName)).join(', ')}` : textOf(one),
    );
    return [symbol.name, texts.join('\n')];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

it.each(['index', 'extend'])(
  'of %s is what it was: `npx jest test/package/public-api -u` after a change on purpose',
  (entry) => {
    const file = join(place, 'dist', `${entry}.d.ts`);
    const text = Object.entries(exportsOf(file))
      .map(([name, declaration]) => `${name}: ${declaration}`)
      .join('\n\n');
    expect(text).toMatchSnapshot();
  },
  120_000,
);
