import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(__dirname, '..', '..');

describe('TF_CPP_MIN_LOG_LEVEL', () => {
  const script = `
    require('ts-node/register');
    const addon = require('./lib/native/addon').loadAddon();
    addon.createGraph().addOperation({ type: 'NoOp', name: 'a', inputs: [], attributes: {} });
    const child = require('node:child_process').spawnSync('printenv', ['TF_CPP_MIN_LOG_LEVEL'], { encoding: 'utf8' });
    console.log(JSON.stringify([process.env.TF_CPP_MIN_LOG_LEVEL ?? null, child.stdout]));`;
  const run = (level: string | undefined): { stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['-e', script], {
      cwd: repository,
      encoding: 'utf8',
      // Without it TensorFlow asks the processor whether it has anything to say.
      env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '1', TF_CPP_MIN_LOG_LEVEL: level },
    });

  it('is as the user left it, and TensorFlow logs nothing that is no error', () => {
    expect(run(undefined)).toMatchObject({ stdout: '[null,""]\n', stderr: '' });
  });

  it('decides where it is set', () => {
    const { stdout, stderr } = run('0');
    expect(stdout).toBe('["0","0\\n"]\n');
    expect(stderr).toContain('oneDNN custom operations are on');
  });
});
