// Holds that the sanitizers bite: each fault of test/native/sanitizers/faults.cc, called from JavaScript, must end Node
// with a report of it. A suppression that hides too much, or a library that was not preloaded, shows here.
import { spawnSync } from 'node:child_process';

/** The faults that each finds, with what its report says of them. */
const FAULTS = {
  asan: {
    leak: 'LeakSanitizer: detected memory leaks',
    useAfterFree: 'AddressSanitizer: heap-use-after-free',
    overflow: 'runtime error: signed integer overflow',
  },
  tsan: { race: 'ThreadSanitizer: data race' },
};

/**
 * @param {keyof typeof FAULTS} sanitizer
 * @param {ReturnType<typeof import('./sanitizers.mjs').sanitizedNode>} node
 * @returns {import('./summary.mjs').Counts}
 */
export function checkFaults(sanitizer, node) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  process.stdout.write(`\n== ${sanitizer}: faults on purpose\n`);
  for (const [fault, report] of Object.entries(FAULTS[sanitizer])) {
    const [command, ...args] = [...node.command, '-e', `require(process.env.FAULTS).${fault}()`];
    const env = { ...process.env, ...node.env, FAULTS: node.faults };
    const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
    const found = status !== 0 && stderr.includes(report) && stderr.includes('faults.cc');
    counts[found ? 'passed' : 'failed'] += 1;
    process.stdout.write(found ? `found: ${fault}\n` : `not found: ${fault} (exit status ${status})\n${stderr}\n`);
  }
  return counts;
}
