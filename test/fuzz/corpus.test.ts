import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TARGETS } from './targets';
import type { Target } from './targets/target';

/** What stands in the corpus has once failed, or shows the way in: no search here, only that each input is read or refused. */
describe.each(Object.entries(TARGETS))('%s', (name, open) => {
  const folder = join(__dirname, 'corpus', name);
  let target: Target;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target.close?.());

  it.each(readdirSync(folder))('%s', async (file) => {
    await target.run(readFileSync(join(folder, file)));
  });
});
