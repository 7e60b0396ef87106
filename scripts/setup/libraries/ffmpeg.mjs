// FFmpeg's libavformat, libavcodec, libavutil and libswscale, by header and library, as OpenCV is found. CMake and binding.gyp ask
// here, too.
import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../console.mjs';
import { buildFolder, processor } from '../paths.mjs';
import { findOpenCv } from './opencv.mjs';
import { findLibraries, libraryFacts, requireLibrary } from './system-library.mjs';

const LIBRARIES = ['avformat', 'avcodec', 'avutil', 'swscale'];
const PACKAGES = LIBRARIES.map((name) => `lib${name}-dev`);

/** Compilers look into these by themselves, and into /usr/local's first. */
const COMPILER_FOLDERS = ['/usr/local/include', `/usr/include/${processor}-linux-gnu`, '/usr/include'];

function readMajor(include, name) {
  // In a header of its own since 5.1.
  for (const header of ['version_major.h', 'version.h']) {
    const file = join(include, `lib${name}`, header);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const major = new RegExp(`^#define LIB${name.toUpperCase()}_VERSION_MAJOR\\s+(\\d+)`, 'm').exec(text)?.[1];
    if (major !== undefined) return Number(major);
  }
  return 0;
}

/** Without what packagers add. A snapshot has no number: it counts as its major release, of which libavutil is 52 ahead. */
function readVersion(include) {
  const text = readFileSync(join(include, 'libavutil/ffversion.h'), 'utf8');
  const release = /^#define FFMPEG_VERSION "n?(\d{1,2}(?:\.\d+)+)/m.exec(text)?.[1];
  return release ?? `${readMajor(include, 'avutil') - 52}`;
}

/** The names by which OpenCV's videoio and a program linked with `found` load libavcodec; undefined where OpenCV has it in itself. */
function codecNames(found) {
  const videoio = findOpenCv(['core', 'videoio'])?.libraries[1];
  // As it stands among the strings of the ELF file.
  const ofOpenCv = videoio && /\0(libavcodec\.so\.\d+)\0/.exec(readFileSync(videoio, 'latin1'))?.[1];
  return { ofOpenCv, own: `libavcodec.so.${readMajor(found.include, 'avcodec')}` };
}

function fitsOpenCv(found) {
  const { ofOpenCv, own } = codecNames(found);
  return ofOpenCv === undefined || ofOpenCv === own;
}

/** The first place with headers and libraries together, of the major version that OpenCV uses if there is one. Undefined: none. */
export function findFfmpeg(libraries = LIBRARIES) {
  const files = {
    // Debian's, Fedora's and everyone's.
    includeFolders: [`include/${processor}-linux-gnu`, 'include/ffmpeg', 'include'],
    headers: [...libraries.map((name) => `lib${name}/${name}.h`), 'libavutil/ffversion.h'],
    libraries,
  };
  const places = findLibraries(files, readVersion);
  if (places.length === 0 || !libraries.includes('avcodec')) return places[0];
  return places.find(fitsOpenCv) ?? places[0];
}

/**
 * A folder with these headers and no others. Before a folder in which it looks by itself a compiler would take the headers of another
 * FFmpeg in /usr/local, where FFmpeg installs itself without shared libraries.
 */
function headersAlone(include) {
  if (!COMPILER_FOLDERS.includes(include)) return include;
  const folder = join(buildFolder, 'ffmpeg-headers');
  mkdirSync(folder, { recursive: true });
  for (const name of LIBRARIES.map((library) => `lib${library}`)) {
    const link = join(folder, name);
    const target = join(include, name);
    if (existsSync(link) && readlinkSync(link) === target) continue;
    const temporary = `${link}.${process.pid}`;
    symlinkSync(target, temporary);
    renameSync(temporary, link);
  }
  return folder;
}

/** {@link findFfmpeg}, or a failure that says what was found instead and what to do. */
export function requireFfmpeg() {
  const found = requireLibrary(findFfmpeg(), {
    name: 'FFmpeg',
    least: 'ffmpeg',
    parts: `headers and shared libraries of ${LIBRARIES.map((name) => `lib${name}`).join(', ')} together`,
    packages: PACKAGES,
    systems: 'Debian 12, Ubuntu 24.04',
  });
  if (!fitsOpenCv(found)) {
    // The same file would be decoded to different frames by the one and the other.
    const { ofOpenCv, own } = codecNames(found);
    throw new SetupError(
      `FFmpeg ${found.version} in ${found.prefix} is ${own}, and OpenCV in ${findOpenCv().prefix} uses ${ofOpenCv}`,
      {
        hint: `install ${PACKAGES.join(', ')} of the version that OpenCV was built with, or build OpenCV with this one`,
      },
    );
  }
  return { ...found, include: headersAlone(found.include) };
}

export function ffmpegFacts() {
  return libraryFacts('FFmpeg', findFfmpeg());
}
