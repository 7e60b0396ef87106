import { spawn } from 'node:child_process';
import { idleLoads } from '../../../../../scripts/bench/peers/children/idle-load';

it('tells one that works from one that waits', async () => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);']);
  const waiting = spawn('sleep', ['60']);
  try {
    const [much, none] = await idleLoads([busy.pid!, waiting.pid!]);
    expect(much).toBeGreaterThan(0.05);
    expect(none).toBeLessThan(0.02);
  } finally {
    busy.kill('SIGKILL');
    waiting.kill('SIGKILL');
  }
});

it('counts nothing for a process that is gone', async () => {
  await expect(idleLoads([0])).resolves.toEqual([0]);
});
