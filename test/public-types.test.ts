import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './repository/support';

const entries = ['lib/index.ts', 'lib/extend.ts'].map((entry) => join(repository, entry));
const config = ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config as object;
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: entries }, ts.sys, repository);
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function isHidden(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true || ts.isBlock(node);
}

/** The types of this project that a declaration names where users see them: not in bodies, values and private members. */
function mentioned(declaration: ts.Node): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (isHidden(node)) return;
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol) found.push(resolved(symbol));
    // Of a value's type the part that is written counts.
    if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)) {
      if (node.type) visit(node.type);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found;
}

/** Exported by some file of this project, so that somebody else can be shown it: not local to its file, no type parameter. */
function isOwn(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || ts.isTypeParameterDeclaration(declaration)) return false;
  const file = declaration.getSourceFile().fileName;
  if (!file.startsWith(join(repository, 'lib/'))) return false;
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0;
}

it.each(entries)('%s exports every type that it mentions', (entry) => {
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)
    .map(resolved);
  const known = new Set(exported);
  const missing = exported.flatMap((symbol) =>
    (symbol.declarations ?? [])
      // A module exports its own types by itself.
      .filter((declaration) => !ts.isSourceFile(declaration))
      .filter((declaration) => declaration.getSourceFile().fileName.startsWith(join(repository, 'lib/')))
      .flatMap(mentioned)
      .filter((type) => isOwn(type) && !known.has(type))
      .map((type) => `${type.name}, of ${symbol.name}`),
  );
  expect([...new Set(missing)]).toEqual([]);
});
