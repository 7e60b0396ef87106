import { read } from '../../repository/support';

/** The code blocks of a document in one language, in their order. */
export function blocksOf(document: string, language: string): string[] {
  const blocks = read(document).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, text]) => text!);
}

/** The lines that a shell would run; one that goes on in the next taken as one, comments left out. */
export function commandsOf(document: string): string[] {
  return blocksOf(document, 'sh')
    .flatMap((block) => block.replaceAll('\\\n', ' ').trimEnd().split('\n'))
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The words of a command without a shell's expansions but quotes and `*.mp4`, which the caller knows. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** Each text must be there: a document that says something else is not what is tested. */
export function replaced(script: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, script);
}
