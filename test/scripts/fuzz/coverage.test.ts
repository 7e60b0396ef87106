import { runInThisContext } from 'node:vm';
import { Coverage } from '../../../scripts/fuzz/coverage';

it('sees each branch once, and only those of the scripts asked for', () => {
  const coverage = new Coverage((url) => url.endsWith('/probe.js'));
  try {
    const source = '0, (value) => { if (value > 3) { return "large"; } return "small"; }';
    const [probe, other] = ['/probe.js', '/other.js'].map(
      (filename) => runInThisContext(source, { filename }) as (value: number) => string,
    );
    coverage.look(true);
    probe!(1);
    expect(coverage.look(true)).toBe(true);
    const total = coverage.total;
    probe!(2);
    expect(coverage.look(true)).toBe(false);
    probe!(4);
    // Not kept, it stays new.
    expect(coverage.look(false)).toBe(true);
    expect(coverage.total).toBe(total);
    probe!(5);
    expect(coverage.look(true)).toBe(true);
    expect(coverage.total).toBeGreaterThan(total);
    other!(1);
    expect(coverage.look(true)).toBe(false);
  } finally {
    coverage.close();
  }
});
