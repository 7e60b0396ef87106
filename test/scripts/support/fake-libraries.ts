import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MODULES = ['core', 'imgproc', 'videoio'];
const FFMPEG = ['avformat', 'avcodec', 'avutil', 'swscale'];

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** OpenCV's headers as a package installs them, without what is in them but the version. */
export function writeOpenCvHeaders(prefix: string, version: string): void {
  const include = join(prefix, 'include/opencv4/opencv2');
  for (const module of MODULES) write(join(include, `${module}.hpp`), '');
  const [major = '', minor = '', revision = ''] = version.split('.');
  const text = `#define CV_VERSION_MAJOR    ${major}\n#define CV_VERSION_MINOR    ${minor}\n#define CV_VERSION_REVISION ${revision}\n`;
  write(join(include, 'core/version.hpp'), text);
}

/** A library without code, and the link that the linker follows. */
function writeLibrary(prefix: string, name: string, version: string, content = ''): void {
  const link = join(prefix, `lib/lib${name}.so`);
  write(`${link}.${version}`, content);
  rmSync(link, { force: true });
  symlinkSync(`lib${name}.so.${version}`, link);
}

/** OpenCV's libraries; `needs`: a library whose name videoio has among its strings. */
export function writeOpenCvLibraries(prefix: string, version: string, needs = ''): void {
  for (const module of MODULES) {
    writeLibrary(prefix, `opencv_${module}`, version, module === 'videoio' ? `\0${needs}\0` : '');
  }
}

/** FFmpeg's headers, without what is in them but the version that it tells and libavcodec's major version. */
export function writeFfmpegHeaders(prefix: string, version: string, codecMajor: number, folder = 'include'): void {
  const include = join(prefix, folder);
  for (const name of FFMPEG) write(join(include, `lib${name}/${name}.h`), '');
  write(join(include, 'libavcodec/version_major.h'), `#define LIBAVCODEC_VERSION_MAJOR  ${codecMajor}\n`);
  write(join(include, 'libavutil/version.h'), `#define LIBAVUTIL_VERSION_MAJOR  ${codecMajor - 2}\n`);
  write(join(include, 'libavutil/ffversion.h'), `#define FFMPEG_VERSION "${version}"\n`);
}

export function writeFfmpegLibraries(prefix: string, codecMajor: number): void {
  for (const name of FFMPEG) writeLibrary(prefix, name, `${codecMajor}.1.100`);
}

/** A folder as LIBTENSORFLOW_DIR may name one, whose library knows its version and nothing else. */
export function writeLibTensorFlow(folder: string, version: string): void {
  write(join(folder, 'include/tensorflow/c/c_api.h'), '');
  mkdirSync(join(folder, 'lib'));
  const source = `extern "C" const char* TF_Version() { return "${version}"; }`;
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    const args = ['-x', 'c++', '-shared', '-fPIC', '-o', join(folder, 'lib', name), '-'];
    const { status, stderr } = spawnSync(process.env['CXX'] ?? 'c++', args, { input: source, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
}
