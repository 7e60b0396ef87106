import { MovinetError } from '../../../lib/base/errors';
import { runCommand } from '../../../lib/cli/program/failure';
import { loadAddon } from '../../../lib/native/addon';
import { openSession } from '../../../lib/runtime/open-session';
import { ALL_SERIES } from './all-series';

const KIB = 1024;

/** Does the work of one point and prints its measures as one line of JSON: `point.ts SERIES AT FOLDER`. */
async function measurePoint([name, at, folder]: readonly string[]): Promise<void> {
  const series = ALL_SERIES.find((one) => one.name === name);
  if (series === undefined || folder === undefined) throw new MovinetError(`${name} is no series of points`);
  const addon = loadAddon();
  // What TensorFlow makes for its first session is no part of the work.
  const session = await openSession(addon, addon.createGraph());
  await session.devices();
  session.close();
  const before = process.memoryUsage.rss();
  const measured = await series.work(Number(at), { addon, folder });
  const memory = process.resourceUsage().maxRSS * KIB - before;
  process.stdout.write(`${JSON.stringify({ ...measured, memory })}\n`);
}

void runCommand(measurePoint);
