import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ESCAPE = String.fromCharCode(27);
const LIBRARY = join(__dirname, '../../../lib/cli/terminal');

/** Starts a program that draws a bar on standard error, which it takes for a terminal, and waits for the bar. */
function drawBar(afterwards: string): Promise<{ signal: NodeJS.Signals | null; status: number | null; text: string }> {
  const program = `
    const { createProgress } = require('${LIBRARY}/progress.ts');
    process.stderr.isTTY = true;
    const progress = createProgress();
    progress.start({ label: 'Epoch', total: 10, unit: 'clips' });
    ${afterwards}`;
  const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, TS_NODE_COMPILER_OPTIONS: '{"module":"commonjs"}', TERM: 'xterm', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('interrupt me')) child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, text }));
  });
}

test('Ctrl-C during a bar ends the process as usual, with the cursor back', async () => {
  const { signal, text } = await drawBar(`console.log('interrupt me');`);
  expect(text).toContain(`${ESCAPE}[?25l`);
  expect(text.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(text.lastIndexOf(`${ESCAPE}[?25l`));
  expect(signal).toBe('SIGINT');
});

test('a command that handles Ctrl-C itself goes on and ends in its own time', async () => {
  const { status, text } = await drawBar(`
    process.once('SIGINT', () => setTimeout(() => { progress.end('Stopped after this epoch'); process.exit(0); }, 50));
    console.log('interrupt me');`);
  expect(status).toBe(0);
  expect(text).toMatch(/Stopped after this epoch\n$/);
});

test('leaving in the middle of a bar gives the cursor back', async () => {
  const { status, text } = await drawBar('process.exit(3);');
  expect(status).toBe(3);
  expect(text.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(text.lastIndexOf(`${ESCAPE}[?25l`));
});
