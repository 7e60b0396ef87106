import { isUtf8 } from 'node:buffer';

/** Names, in lower case, of what operating systems and storage devices leave in folders. */
const LEFT_BY_SYSTEMS: ReadonlySet<string> = new Set([
  ...['__macosx', '$recycle.bin', 'recycler', 'system volume information', 'lost+found', '@eadir', '#recycle'],
  ...['@recycle', 'thumbs.db', 'ehthumbs.db', 'desktop.ini'],
]);

/** Whether a file or folder is hidden, as `.DS_Store` and `._clip.mp4` are, or a system's own. */
export function isSystemName(name: string): boolean {
  return name.startsWith('.') || LEFT_BY_SYSTEMS.has(name.toLowerCase());
}

/** A name by what is read, not how it is spelled: "café" from a Mac has other code points than "café" from Linux. */
export const composed = (name: string): string => name.normalize('NFC');

export interface DiskName {
  /** Text that opens the file; where there is none, its bytes as text, with escapes for those that are not UTF-8. */
  readonly name: string;
  readonly isUtf8: boolean;
}

/** The name that some bytes of a folder are. */
export function diskName(bytes: Buffer): DiskName {
  return isUtf8(bytes) ? { name: bytes.toString(), isUtf8: true } : { name: escaped(bytes), isUtf8: false };
}

/** The longest sequence of UTF-8. */
const LONGEST = 4;

/** `caf\xE9` for bytes in Latin-1: what is UTF-8 stays as it is. */
function escaped(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    let length = 1;
    while (length <= LONGEST && !(at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)))) length++;
    if (length > LONGEST) {
      text += `\\x${bytes.toString('hex', at, at + 1).toUpperCase()}`;
      at++;
    } else {
      text += bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}
