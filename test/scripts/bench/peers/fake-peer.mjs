// A peer for the tests: `numbers` and what goes wrong are its arguments, a JSON object.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const {
  name,
  numbers = [1, 2],
  milliseconds = 10,
  log,
  openError,
  endsAt,
  failsAt,
  garbage,
} = JSON.parse(process.argv[2]);
let runs = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (log !== undefined) appendFileSync(log, `${name} ${request.request} ${request.count ?? ''}\n`);
  let answer = { numbers, versions: { [name]: '1.0' } };
  if (request.request === 'run') {
    runs += 1;
    answer = { milliseconds: Array.from({ length: request.count }, () => milliseconds) };
    if (runs === failsAt) answer = { error: 'out of memory' };
    if (runs === endsAt) {
      process.stderr.write('a remark\nterminate called\n');
      process.exit(3);
    }
  } else if (openError !== undefined) answer = { error: openError };
  process.stdout.write(garbage === true ? 'no json\n' : `${JSON.stringify(answer)}\n`);
}
