import ts from 'typescript';
import * as errors from '../../lib/base/errors';
import { sourceFiles } from './imports';
import { read } from './support';

/** Files that throw plain errors, which no caller gets to see, and why. */
const PLAIN: Readonly<Record<string, string>> = {
  'lib/formats/checkpoint-index.ts': 'becomes the reason of a CheckpointError in the same file',
  'lib/formats/inspect-saved-model.ts': 'becomes the reason of a CheckpointError in the same file',
  'lib/io/zip-reader.ts': 'becomes the reason of a DownloadError in remote-zip.ts',
  'lib/io/remote-zip.ts': 'becomes the reason of a DownloadError in the same file',
  'lib/graph/gradient-tape.ts': 'a network that this library built is wrong: its operations are no chain',
  'lib/model/export/stream-export-graph.ts': 'a network that this library built is wrong: no input leads there',
  'lib/formats/encode-saved-model.ts': 'a graph that this library built is wrong: no input leads there',
};

/** Files whose texts have words of other programs with two dashes. */
const OTHER_PROGRAMS: Readonly<Record<string, string>> = {
  'lib/runtime/diagnosis.ts': 'what set-up and compilers are called with',
  'lib/runtime/machine.ts': 'what nvidia-smi and others are called with',
  'lib/native/load-failure.ts': "Node's own flags",
  'lib/report/page/parts.ts': 'variables of CSS',
  'lib/report/page/style.ts': 'variables of CSS',
  'lib/report/page/theme.ts': 'variables of CSS',
  'lib/report/compare/page.ts': 'variables of CSS',
};

function nodesOf(text: string): ts.Node[] {
  const found: ts.Node[] = [];
  const walk = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

const library = sourceFiles('lib').filter((file) => !file.startsWith('lib/cli/'));

const filesWhere = (found: (node: ts.Node) => boolean, files: readonly string[] = library): string[] =>
  files.filter((file) => nodesOf(read(file)).some(found));

const throwsPlain = (node: ts.Node): boolean =>
  ts.isThrowStatement(node) &&
  ts.isNewExpression(node.expression) &&
  /^(Error|TypeError|RangeError|SyntaxError)$/.test(node.expression.expression.getText());

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddle(node) ||
  ts.isTemplateTail(node);

const namesFlag = (node: ts.Node): boolean => isText(node) && /(^|[^\w-])--[a-z]/.test(node.text);

it('throws errors of the one family only', () => {
  expect(filesWhere(throwsPlain, sourceFiles('lib'))).toEqual(Object.keys(PLAIN).sort());
});

it("names no command's flags in the library's messages", () => {
  expect(filesWhere(namesFlag)).toEqual(Object.keys(OTHER_PROGRAMS).sort());
});

it('gives each class of errors a code of its own', () => {
  const classes = Object.values(errors).filter((value) => typeof value === 'function');
  const made = classes.map((each) => {
    const construct = each as unknown as new (...given: unknown[]) => errors.MovinetError;
    if (each === errors.CheckpointMismatchError)
      return new construct('The checkpoint', 1, { missing: [], extra: [], mismatched: [] });
    return each === errors.DivergedError ? new construct('loss', { files: [] }) : new construct('message', 'detail');
  });
  const codes = made.map(({ code }) => code);
  expect(new Set(codes).size).toBe(classes.length);
  expect(codes.every((code) => /^ERR_[A-Z]+(_[A-Z]+)?$/.test(code))).toBe(true);
  made.forEach((error, i) => {
    expect(error).toBeInstanceOf(errors.MovinetError);
    expect(error.name).toBe(classes[i]?.name);
    expect(read('lib/base/errors.ts')).toContain(`| \`${error.code}\` | {@link ${error.name}} |`);
  });
});

describe('the rules themselves', () => {
  it('find a plain error and a flag', () => {
    expect(nodesOf("throw new RangeError('no');").some(throwsPlain)).toBe(true);
    expect(nodesOf("throw new UsageError('no');").some(throwsPlain)).toBe(false);
    expect(nodesOf('const x = `give --strict ${y}`;').some(namesFlag)).toBe(true);
    expect(nodesOf('const x = `a -- b`; // --strict').some(namesFlag)).toBe(false);
  });
});
