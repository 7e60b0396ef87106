import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MODULES = ['core', 'imgproc', 'videoio'];

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

/** OpenCV's libraries: empty files, and the links that the linker follows. */
export function writeOpenCvLibraries(prefix: string, version: string): void {
  for (const module of MODULES) {
    const link = join(prefix, `lib/libopencv_${module}.so`);
    write(`${link}.${version}`, '');
    rmSync(link, { force: true });
    symlinkSync(`libopencv_${module}.so.${version}`, link);
  }
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
