import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { renderAsync } from '@resvg/resvg-js';
import { PNG } from 'pngjs';

/** Sharp on dense screens and in print, but never more pixels than a viewer opens with ease. */
const ZOOM = 2;
const MAX_WIDTH = 2400;

/** Only the fonts that come with the project are used, so that a picture is the same on every machine. */
function fontFiles(): string[] {
  return ['400Regular/Roboto_400Regular.ttf', '700Bold/Roboto_700Bold.ttf'].map((name) =>
    require.resolve(`@expo-google-fonts/roboto/${name}`),
  );
}

/** Draws an SVG picture of `width` pixels as the bytes of a PNG file, off the main thread: a pixel for each of the SVG's with `exact`, else more. */
export async function renderPng(
  svg: string,
  width: number,
  { exact = false }: { readonly exact?: boolean } = {},
): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'Roboto', sansSerifFamily: 'Roboto' },
    fitTo: { mode: 'width', value: exact ? width : Math.round(Math.max(width, Math.min(width * ZOOM, MAX_WIDTH))) },
    background: '#ffffff',
  });
  return image.asPng();
}

/** `rgb`: a byte for each of red, green and blue, row after row from above. Compressed off the main thread. */
export async function encodePng(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const RGB = 2;
  // The filter by itself makes files as small as the best one for each row, in an eighth of the time.
  const PAETH = 4;
  const colours = { colorType: RGB, inputColorType: RGB, inputHasAlpha: false } as const;
  const png = new PNG({ width, height, ...colours, filterType: PAETH });
  png.data = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  // Its streams are of the kind before Node 0.10.
  return buffer(new Readable().wrap(png.pack()));
}
