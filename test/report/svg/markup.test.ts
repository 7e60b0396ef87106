import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { element, escapeXml, svgDocument, textElement } from '../../../lib/report/svg/markup';

const page = { id: 'page', width: 40, height: 30, title: 'Title', description: 'Description' };

describe('escapeXml', () => {
  test('escapes what XML gives a meaning to', () => {
    expect(escapeXml(`<a href="x">Tom & 'Jerry'</a>`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Jerry&#39;&lt;/a&gt;',
    );
  });

  test('replaces what XML forbids', () => {
    expect(escapeXml('a\u0000b\u001bc\ud800d')).toBe('a\ufffdb\ufffdc\ufffdd');
    expect(escapeXml('tab\tand 🎻')).toBe('tab\tand 🎻');
  });
});

test('numbers are rounded to hundredths and undefined attributes left out', () => {
  expect(element('rect', { x: 1 / 3, y: 2, fill: undefined })).toBe('<rect x="0.33" y="2"/>');
});

test('a strict XML parser accepts documents with any text in content and attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const svg = svgDocument({ ...page, title: text, description: text }, textElement(text, { x: 1, class: text }));
      expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
    }),
    { numRuns: 50 },
  );
});

test('the parser used here does refuse text that is not escaped', () => {
  expect(() => new Resvg(svgDocument(page, '<text>a & b</text>'))).toThrow();
  expect(() => new Resvg(svgDocument(page, '<text>a < b</text>'))).toThrow();
});

test('a document carries its name and description for screen readers', () => {
  const svg = svgDocument(page);
  expect(svg).toContain('role="img" aria-labelledby="page-title page-desc"');
  expect(svg).toContain('<title id="page-title">Title</title>');
  expect(svg).toContain('<desc id="page-desc">Description</desc>');
});
