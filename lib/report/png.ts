import { renderAsync } from '@resvg/resvg-js';

/** Sharp on dense screens and in print, but never more pixels than a viewer opens with ease. */
const ZOOM = 2;
const MAX_WIDTH = 2400;

/** Only the fonts that come with the project are used, so that a picture is the same on every machine. */
function fontFiles(): string[] {
  return ['400Regular/Roboto_400Regular.ttf', '700Bold/Roboto_700Bold.ttf'].map((name) =>
    require.resolve(`@expo-google-fonts/roboto/${name}`),
  );
}

/** Draws an SVG picture of `width` pixels as the bytes of a PNG file, off the main thread. */
export async function renderPng(svg: string, width: number): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'Roboto', sansSerifFamily: 'Roboto' },
    fitTo: { mode: 'width', value: Math.round(Math.max(width, Math.min(width * ZOOM, MAX_WIDTH))) },
    background: '#ffffff',
  });
  return image.asPng();
}
