import { escapeXml } from '../svg/markup';
import { inlineScript } from './inline-script';
import { renderSection, type Section } from './parts';
import { reportStyle } from './style';

/** What a page has beside its sections, as HTML. */
export interface DocumentParts {
  /** As text. */
  readonly title: string;
  readonly header: string;
  /** Before the sections. Default: nothing. */
  readonly figures?: string;
  readonly sections: readonly Section[];
}

/** A page that loads nothing: no font, no picture from elsewhere; its policy allows no script but its own. */
export async function htmlDocument({ title, header, figures, sections }: DocumentParts): Promise<string> {
  const script = await inlineScript();
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${script.hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeXml(title)}</title>
<style>${reportStyle()}</style>
</head>
<body>
${header}
<main>
${figures === undefined ? '' : `${figures}\n`}${sections.map(renderSection).join('\n')}
</main>
<footer>Made by movinet-native. The page loads nothing and can be sent as it is.</footer>
<script>${script.text}</script>
</body>
</html>
`;
}
