// Adds up what the test runners report.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** Counts of jest's `--json` file; a test file that could not run counts as one failed test. */
export function countJest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of GoogleTest's `--gtest_output=json:` file. A disabled test did not run, so it is a skipped one. */
export function countGoogleTest(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of report.testsuites) {
    for (const test of suite.testsuite) {
      if (test.failures?.length) counts.failed += 1;
      else if (test.result === 'SKIPPED' || test.result === 'SUPPRESSED' || test.status === 'NOTRUN')
        counts.skipped += 1;
      else counts.passed += 1;
    }
  }
  return counts;
}

/**
 * What one runner adds to the sum. A runner that ended badly without a failed test to show for it (it crashed, it ran
 * nothing, its report is missing) counts as one failure, whatever it reported.
 * @param {Counts | undefined} counts undefined where there is no report
 * @param {boolean} endedWell whether it exited with 0
 * @returns {Counts}
 */
export function judge(counts, endedWell) {
  const found = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const unexplained = found.failed === 0 && (!endedWell || counts === undefined || found.passed + found.skipped === 0);
  return { ...found, failed: found.failed + (unexplained ? 1 : 0) };
}

/** @param {Counts[]} all */
export function sum(all) {
  return all.reduce(
    (total, counts) => ({
      passed: total.passed + counts.passed,
      failed: total.failed + counts.failed,
      skipped: total.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
