import { messageOf } from '../../base/shown';
import { loadAddon } from '../../native/addon';
import { packageVersion } from '../../native/package';

/** A line each: this package, Node, and the libraries that it runs on, or why they cannot be loaded. */
export function versionText(): string {
  const own = [`movinet-native ${packageVersion()}`, `node ${process.versions.node}`];
  try {
    const addon = loadAddon();
    const libraries = [`tensorflow ${addon.tensorFlowVersion()}`, `opencv ${addon.openCvVersion()}`];
    return [...own, ...libraries, `ffmpeg ${addon.ffmpegVersion()}`].join('\n');
  } catch (error) {
    return [...own, messageOf(error)].join('\n');
  }
}
