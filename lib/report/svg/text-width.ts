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
