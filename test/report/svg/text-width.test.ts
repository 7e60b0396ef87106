import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, shortenText, textWidth } from '../../../lib/report/svg/markup';

/** Width that the project's own font takes, drawn for real. */
function drawnWidth(text: string, fontSize: number): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="60"><text x="10" y="40" font-size="${fontSize}" font-family="${FONT_FAMILY}">${text}</text></svg>`;
  const fontFiles = [require.resolve('@expo-google-fonts/roboto/400Regular/Roboto_400Regular.ttf')];
  return new Resvg(svg, { font: { loadSystemFonts: false, fontFiles } }).getBBox()?.width ?? 0;
}

test.each([
  'ApplyEyeMakeup',
  'WWWMMM',
  'illicit fit',
  'playing violin (with bow)',
  'BASKETBALL_DUNK',
  '0123456789',
  'Übermäßig naïve',
])('the estimate for %p is not below, and not far above, what is drawn', (text) => {
  const drawn = drawnWidth(text, 20);
  expect(drawn).toBeGreaterThan(20);
  expect(textWidth(text, 20)).toBeGreaterThanOrEqual(drawn);
  expect(textWidth(text, 20)).toBeLessThan(drawn * 1.45);
});

test('long text is cut with an ellipsis and fits, short text stays', () => {
  const long = 'shooting off a model rocket in the garden';
  const short = shortenText(long, 100, 12);
  expect(short).toMatch(/^shooting.*…$/);
  expect(textWidth(short, 12)).toBeLessThanOrEqual(112);
  expect(shortenText('Swing', 100, 12)).toBe('Swing');
});

test('characters outside the basic plane are not cut in half', () => {
  expect(shortenText('🎻'.repeat(20), 60, 12)).toMatch(/^🎻+…$/u);
});
