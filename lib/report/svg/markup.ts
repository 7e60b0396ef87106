/** Attribute values of one element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Characters that XML 1.0 allows in no form, not even as a reference. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for XML and HTML, in content and in attributes; what XML forbids becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Numbers with at most two decimals: a hundredth of a pixel is finer than any screen shows. */
function formatAttribute(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : escapeXml(value);
}

/** One XML element around markup that is already escaped. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${formatAttribute(value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A `<text>` element of plain, unescaped content. */
export function textElement(content: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(content));
}

export interface SvgDocument {
  /** Prefix of the ids inside, so that several documents can stand in one page. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Read by screen readers, and shown as the picture's name. */
  readonly title: string;
  readonly description: string;
}

/** Roboto comes with the project, so PNGs look the same everywhere; browsers without it take the near Helvetica or Arial. */
export const FONT_FAMILY = 'Roboto, Helvetica, Arial, sans-serif';

/** A complete SVG picture on white, with a title and a description for screen readers. */
export function svgDocument(document: SvgDocument, ...body: readonly string[]): string {
  const { id, title, description } = document;
  const width = Math.ceil(document.width);
  const height = Math.ceil(document.height);
  const parts = [
    element('title', { id: `${id}-title` }, escapeXml(title)),
    element('desc', { id: `${id}-desc` }, escapeXml(description)),
    element('rect', { width, height, fill: '#ffffff' }),
    ...body,
  ];
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      'font-family': FONT_FAMILY,
    },
    `\n${parts.join('\n')}\n`,
  )}\n`;
}

/** Advance widths in em, rounded up from Roboto, so that a label measured here never overflows its place. */
function characterWidth(character: string): number {
  if (/[iljI.,:;'|!]/.test(character)) return 0.28;
  if (/[ frt()[\]{}/\\\-"]/.test(character)) return 0.36;
  if (/[mwMW@%]/.test(character)) return 0.9;
  if (/[A-Z_&]/.test(character)) return 0.68;
  // From Hangul on, scripts are mostly as wide as they are high.
  return (character.codePointAt(0) ?? 0) >= 0x1100 ? 1 : 0.57;
}

/** Estimated width of `text` in pixels at `fontSize` pixels; no font file is read. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width * fontSize;
}

/** `text`, or as much of its beginning as fits into `maxWidth` pixels with an ellipsis after it. */
export function shortenText(text: string, maxWidth: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= maxWidth) return text;
  const ellipsis = '…';
  let kept = '';
  let width = fontSize;
  for (const character of text) {
    width += characterWidth(character) * fontSize;
    if (width > maxWidth) break;
    kept += character;
  }
  return kept.trimEnd() + ellipsis;
}
