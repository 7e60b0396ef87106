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
