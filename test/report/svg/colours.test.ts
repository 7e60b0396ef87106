import fc from 'fast-check';
import { heatColour, heatStops, heatTextColour } from '../../../lib/report/svg/colours';

/** Written again from the definition in WCAG 2, so that the colours are checked against the standard. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('counts stand out from every colour of the heat map by at least 4.2:1', () => {
  fc.assert(
    fc.property(share, (value) => {
      const [a, b] = [luminance(heatColour(value)), luminance(heatTextColour(value))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.2);
    }),
    { numRuns: 500 },
  );
});

test('a larger share is never lighter', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(luminance(heatColour(high))).toBeLessThanOrEqual(luminance(heatColour(low)));
    }),
  );
});

test('shares outside 0 to 1 take the nearest end', () => {
  const stops = heatStops();
  expect(heatColour(-1)).toBe(stops[0]?.colour);
  expect(heatColour(2)).toBe(stops.at(-1)?.colour);
});
