/** Run as a process of its own, to be killed in the middle: saves the steps from `argv[3]` on into the store `argv[2]`, and tells each that is saved. */
import { RunStore } from '../../../lib/training/store/run-store';
import { snapshotOf } from './snapshots';

const [, , folder = '', first = ''] = process.argv;

async function main(): Promise<void> {
  const store = new RunStore(folder, { keep: 2 });
  await store.open();
  process.stdout.write('open\n');
  for (let step = Number(first); ; step++) {
    await store.save(snapshotOf(step, { best: { metric: 'loss', value: 1, epoch: 1, step: 1 } }));
    process.stdout.write(`${step}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
