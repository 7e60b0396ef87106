import { callModule } from './support/modules';

const MODULE = 'scripts/testing/summary.mjs';

it("counts jest's report, a file that could not run as a failure", () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 2,
    numPendingTests: 3,
    numTodoTests: 1,
  };
  expect(callModule(MODULE, 'm.countJest(input)', report)).toEqual({ passed: 5, failed: 3, skipped: 4 });
});

it("counts GoogleTest's report, a disabled test as skipped", () => {
  const report = {
    testsuites: [
      {
        testsuite: [
          { status: 'RUN', result: 'COMPLETED' },
          { status: 'RUN', result: 'COMPLETED', failures: [{ failure: 'Expected 1' }] },
          { status: 'RUN', result: 'SKIPPED' },
        ],
      },
      { testsuite: [{ status: 'NOTRUN', result: 'SUPPRESSED' }] },
    ],
  };
  expect(callModule(MODULE, 'm.countGoogleTest(input)', report)).toEqual({ passed: 1, failed: 1, skipped: 2 });
});

it.each<[string, unknown, boolean, unknown]>([
  ['takes a good report as it is', { passed: 2, failed: 0, skipped: 1 }, true, { passed: 2, failed: 0, skipped: 1 }],
  [
    'lets a failed test stand for the exit status',
    { passed: 2, failed: 1, skipped: 0 },
    false,
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'counts a crash after the last test',
    { passed: 2, failed: 0, skipped: 0 },
    false,
    { passed: 2, failed: 1, skipped: 0 },
  ],
  ['counts a runner without a report', undefined, false, { passed: 0, failed: 1, skipped: 0 }],
  ['counts a runner without a report that says it is well', undefined, true, { passed: 0, failed: 1, skipped: 0 }],
  [
    'counts a runner that ran nothing',
    { passed: 0, failed: 0, skipped: 0 },
    true,
    { passed: 0, failed: 1, skipped: 0 },
  ],
])('%s', (_name, counts, endedWell, expected) => {
  expect(callModule(MODULE, 'm.judge(input.counts, input.endedWell)', { counts, endedWell })).toEqual(expected);
});

it('writes the sum in the form that CI reads', () => {
  const all = [
    { passed: 2, failed: 1, skipped: 0 },
    { passed: 3, failed: 0, skipped: 4 },
  ];
  expect(callModule(MODULE, 'm.summaryLine(m.sum(input))', all)).toBe('5 passed, 1 failed, 4 skipped');
});
