import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, DownloadError, UsageError } from '../../../lib/base/errors';
import { resolveWeights } from '../../../lib/model/pretrained/resolve-weights';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';
import { checkpointMembers, sha256, writeTar, writeTarGz } from '../../support/archives';
import { modelTensors, writeCheckpointFiles } from '../../support/checkpoint-files';
import { FileServer } from '../../support/file-server';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder(), ...parts);
const SHARD = '.data-00000-of-00001';
let checkpoint: string;
let options: { cache: string; retries: number; backoffMs: number; connectTimeoutMs: number };
const resolve = (source: string): Promise<string> => resolveWeights(source, 'a0-base', options);

beforeEach(() => {
  options = { cache: at('cache'), retries: 1, backoffMs: 1, connectTimeoutMs: 500 };
  checkpoint = at('given', 'ckpt-7');
  mkdirSync(at('given'));
  writeCheckpointFiles(checkpoint, [{ key: 'model/scale', shape: [3] }]);
});

function copyTo(prefix: string): void {
  mkdirSync(join(prefix, '..'), { recursive: true });
  for (const end of ['.index', SHARD]) cpSync(checkpoint + end, prefix + end);
}

describe('resolveWeights of files', () => {
  it('takes a prefix and any of its files', async () => {
    for (const end of ['', '.index', SHARD]) expect(await resolve(checkpoint + end)).toBe(checkpoint);
  });

  it('takes the folder of a checkpoint, of a SavedModel, and one around it', async () => {
    expect(await resolve(at('given'))).toBe(checkpoint);
    copyTo(at('saved/variables/variables'));
    expect(await resolve(at('saved'))).toBe(at('saved/variables/variables'));
    copyTo(at('around/movinet_a0_base/ckpt-1'));
    expect(await resolve(at('around'))).toBe(at('around/movinet_a0_base/ckpt-1'));
  });

  it('takes the checkpoint that the state file names, also with the path of another machine, and the one further up', async () => {
    for (const number of [1, 2, 10]) copyTo(at(`several/ckpt-${number}`));
    copyTo(at('several/saved_model/variables/variables'));
    writeFileSync(at('several/checkpoint'), 'model_checkpoint_path: "/home/x/ckpt-2"\n');
    expect(await resolve(at('several'))).toBe(at('several/ckpt-2'));
    writeFileSync(at('several/checkpoint'), 'model_checkpoint_path: "ckpt-3"\n');
    await expect(resolve(at('several'))).rejects.toThrow(
      `There are several checkpoints in ${at('several')}: ckpt-1, ckpt-10, ckpt-2; name one of them`,
    );
  });

  it('takes archives, and unpacks each only once', async () => {
    for (const [name, bytes] of [
      ['w.tar.gz', writeTarGz(checkpointMembers(checkpoint, 'movinet/'))],
      ['w.tgz', writeTarGz(checkpointMembers(checkpoint, 'variables/'))],
      ['w.tar', writeTar([{ path: '._ckpt-7.index', content: Buffer.from('x') }, ...checkpointMembers(checkpoint)])],
    ] as const) {
      writeFileSync(at(name), bytes);
      const unpacked = at('cache/weights/archives', sha256(bytes));
      const prefix = await resolve(at(name));
      expect(prefix.startsWith(`${unpacked}/`)).toBe(true);
      writeFileSync(join(unpacked, 'seen'), '');
      expect(await resolve(at(name))).toBe(prefix);
      expect(readdirSync(unpacked)).toContain('seen');
    }
    expect(readdirSync(at('cache/weights/archives'))).toHaveLength(3);
  });

  it.each<[string, () => [string, Uint8Array], RegExp]>([
    ['a truncated one', () => ['w.tar.gz', writeTarGz(checkpointMembers(checkpoint)).subarray(0, -9)], /is damaged/],
    ['one with unsafe names', () => ['w.tar', writeTar([{ path: '/etc/x' }])], /unsafe name "\/etc\/x"/],
    ['one without a checkpoint', () => ['w.tgz', writeTarGz([{ path: 'readme' }])], /There is no checkpoint in/],
  ])('refuses %s with a line that names it, and caches nothing', async (_, make, message) => {
    const [name, bytes] = make();
    writeFileSync(at(name), bytes);
    const failed = resolve(at(name));
    await expect(failed).rejects.toThrow(CheckpointError);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(at(name));
    expect(readdirSync(at('cache/weights/archives'))).toEqual([]);
  });

  it('says what is wrong with everything else', async () => {
    makeFiles(folder(), ['empty/', 'w.zip', 'deep/a/b/c/d/ckpt-1.index']);
    await expect(resolve(at('empty'))).rejects.toThrow(`There is no checkpoint in ${at('empty')}`);
    await expect(resolve(at('deep'))).rejects.toThrow(`There is no checkpoint in ${at('deep')}`);
    await expect(resolve(at('w.zip'))).rejects.toThrow(/w\.zip is no checkpoint and no \.tar\.gz/);
    await expect(resolve(at('none/ckpt-1'))).rejects.toThrow(CheckpointError);
    await expect(resolve(at('none/ckpt-1'))).rejects.toThrow(
      `There are no weights at ${at('none/ckpt-1')}: expected ${at('none/ckpt-1')}.index`,
    );
    await expect(resolve('kinetics700')).rejects.toThrow(UsageError);
    await expect(resolve('kinetics700')).rejects.toThrow(/^Unknown weights "kinetics700": give kinetics600, /);
    await expect(resolve('gs://bucket/w.tar.gz')).rejects.toThrow(UsageError);
    writeFileSync(checkpoint + SHARD, '');
    await expect(resolve(checkpoint)).rejects.toThrow(/is truncated: 0 of 12 bytes/);
    await expect(resolve(at('given'))).rejects.toThrow(/is truncated: 0 of 12 bytes/);
  });
});

describe('resolveWeights of addresses', () => {
  let server: FileServer;
  beforeEach(async () => {
    server = await new FileServer().listen();
  });
  afterEach(() => server.close());

  it('fetches an archive once', async () => {
    const url = server.file('/any?name=x', writeTarGz(checkpointMembers(checkpoint, 'movinet/')));
    const prefix = await resolve(url);
    expect(prefix).toMatch(/cache\/weights\/addresses\/[0-9a-f]{64}\/movinet\/ckpt-7$/);
    expect(await resolve(url)).toBe(prefix);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses what is not there or no archive, and caches nothing', async () => {
    const page = server.file('/page', Buffer.from('<!doctype html>'.repeat(99)));
    await expect(resolve(server.url('/none'))).rejects.toThrow(DownloadError);
    await expect(resolve(server.url('/none'))).rejects.toThrow(`${server.url('/none')} answered 404 Not Found`);
    await expect(resolve(page)).rejects.toThrow(`${page} is damaged or no tar archive`);
    const unsafe = server.file('/unsafe', writeTarGz([{ path: '../x' }]));
    await expect(resolve(unsafe)).rejects.toThrow(CheckpointError);
    expect(readdirSync(at('cache/weights/addresses'))).toEqual([]);
  });

  it('means the preset by its name', async () => {
    const made = at('given/made');
    writeCheckpointFiles(made, modelTensors('a0-base'));
    const url = server.file('/w', writeTarGz(checkpointMembers(made)));
    const places = [{ url }];
    const prefix = at('cache/weights/kinetics600/a0-base/made');
    expect(await resolveWeights('kinetics600', 'a0-base', { ...options, places })).toBe(prefix);
  });
});
