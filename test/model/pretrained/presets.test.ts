import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileDownloadProgress } from '../../../lib/io/file-download';
import { DownloadError, OutputError } from '../../../lib/base/errors';
import { MODEL_IDS } from '../../../lib/movinet/model-id';
import type { ModelId } from '../../../lib/movinet/options';
import { kinetics600Labels } from '../../../lib/model/pretrained/kinetics-labels';
import { presetPlaces } from '../../../lib/model/pretrained/preset-places';
import { type FetchPresetOptions, fetchPreset, findPreset } from '../../../lib/model/pretrained/presets';
import { KINETICS_CHECKPOINT, describeWith } from '../../support/assets';
import { DeafServer } from '../../io/support/deaf-server';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';
import { mountTinyDisk } from '../../support/tiny-disk';
import { checkpointMembers, sha256, writeTar, writeTarGz } from '../../support/archives';
import { modelTensors, writeCheckpointFiles } from '../../support/checkpoint-files';
import { FileServer, sendFile } from '../../support/file-server';

const MODEL: ModelId = 'a0-stream-relu6';
const folder = temporaryFolder();
const cache = (): string => join(folder(), 'cache');
const presets = (): string => join(cache(), 'weights', 'kinetics600');
const quick = (...urls: string[]): FetchPresetOptions => ({
  cache: cache(),
  places: urls.map((url) => ({ url })),
  retries: 1,
  backoffMs: 1,
  connectTimeoutMs: 500,
});

let server: FileServer;
let archive: Buffer;
let prefixName: string;
const made = mkdtempSync(join(tmpdir(), 'movinet-made-'));
beforeAll(() => {
  writeCheckpointFiles(join(made, 'ckpt-1'), modelTensors(MODEL));
  archive = writeTarGz(checkpointMembers(join(made, 'ckpt-1'), 'movinet/'));
});
afterAll(() => rmSync(made, { recursive: true }));
beforeEach(async () => {
  server = await new FileServer().listen();
  prefixName = join(presets(), MODEL, 'movinet/ckpt-1');
});
afterEach(() => server.close());

/** The cache holds nothing, whole or half. */
function expectEmptyCache(): void {
  expect(existsSync(presets()) ? readdirSync(presets()) : []).toEqual([]);
}

describe('fetchPreset', () => {
  it('fetches, tells how far it is, and needs no network the second time', async () => {
    const steps: FileDownloadProgress[] = [];
    const url = server.file('/w.tar.gz', archive);
    const options = { ...quick(url), onProgress: (step: FileDownloadProgress) => steps.push(step) };
    expect(await findPreset(MODEL, options)).toBeUndefined();
    expect(await fetchPreset(MODEL, options)).toBe(prefixName);
    expect(steps.at(-1)).toEqual({ url, received: archive.length, total: archive.length });
    expect(readdirSync(presets())).toEqual([MODEL]);
    expect(readFileSync(`${prefixName}.index`).equals(readFileSync(join(made, 'ckpt-1.index')))).toBe(true);
    await server.close();
    expect(await fetchPreset(MODEL, options)).toBe(prefixName);
    expect(await findPreset(MODEL, options)).toBe(prefixName);
    expect(server.requests).toHaveLength(1);
    server = await new FileServer().listen();
  });

  it('tries each place in order, past 403, 404, a web page and an archive of something else', async () => {
    const page = server.on('/page', (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
    );
    const other = writeTarGz([{ path: 'readme', content: Buffer.from('x') }]);
    const urls = [
      server.status('/403', 403),
      server.url('/404'),
      page,
      server.file('/other', other),
      server.on('/moved', (_, response) => response.writeHead(302, { location: '/w' }).end()),
      server.url('/never'),
    ];
    server.file('/w', archive);
    expect(await fetchPreset(MODEL, quick(...urls))).toBe(prefixName);
    expect(server.requests.map(({ path }) => path)).toEqual(['/403', '/404', '/page', '/other', '/moved', '/w']);
    expect(readdirSync(presets())).toEqual([MODEL]);
  });

  it('says in one line what was tried, what to fetch by hand and where to put it', async () => {
    const urls = [server.status('/403', 403), server.url('/404')];
    const failed = fetchPreset(MODEL, quick(...urls));
    await expect(failed).rejects.toThrow(DownloadError);
    const host = new URL(server.url('/')).host;
    await expect(failed).rejects.toThrow(
      `The kinetics600 weights of ${MODEL} cannot be fetched (${host} answered 403 Forbidden; ${host} answered 404 Not Found); ` +
        `download ${urls[0]} or ${urls[1]} by hand and save it as ${join(presets(), MODEL)}.tar.gz or give it as \`weights\``,
    );
    expectEmptyCache();
  });

  it('takes the archive that was put there by hand', async () => {
    makeFiles(presets(), [`${MODEL}.tar.gz`], archive);
    expect(await fetchPreset(MODEL, quick(server.url('/404')))).toBe(prefixName);
    expect(server.requests).toEqual([]);
    makeFiles(presets(), ['a0-base.tar'], writeTar([{ path: 'readme', content: Buffer.from('x') }]));
    await expect(findPreset('a0-base', { cache: cache() })).rejects.toThrow(
      `There is no checkpoint in ${join(presets(), 'a0-base.tar')}`,
    );
    makeFiles(presets(), ['a1-base.tgz'], archive);
    await expect(findPreset('a1-base', { cache: cache() })).rejects.toThrow(
      /a1-base\.tgz holds other weights than those of a1-base: it lacks \d+ of \d+ variables by their shapes$/,
    );
  });

  it('takes what was unpacked there by hand', async () => {
    makeFiles(join(presets(), MODEL), ['saved_model.pb', 'variables/']);
    for (const end of ['.index', '.data-00000-of-00001'])
      cpSync(join(made, `ckpt-1${end}`), join(presets(), MODEL, `variables/variables${end}`));
    expect(await findPreset(MODEL, { cache: cache() })).toBe(join(presets(), MODEL, 'variables/variables'));
  });

  it('goes on where a connection was cut', async () => {
    const url = server.on('/w', (request, response) => sendFile(request, response, archive, '"1"', 90_000));
    expect(await fetchPreset(MODEL, quick(url))).toBe(prefixName);
    expect(server.requests.length).toBeGreaterThan(2);
    expect(server.requests.slice(1).every(({ range }) => range !== undefined)).toBe(true);
  });

  it.each<[string, (whole: Buffer) => Buffer, RegExp]>([
    ['a truncated archive', (whole) => whole.subarray(0, -20), /is damaged or no tar archive/],
    ['bytes that are no archive', () => Buffer.from('{"error":"quota"}'.repeat(50)), /is damaged or no tar archive/],
    ['an archive with unsafe names', () => writeTarGz([{ path: '../x', content: Buffer.from('x') }]), /unsafe name/],
  ])('never caches %s', async (_, spoil, message) => {
    const url = server.file('/w', spoil(archive));
    const failed = fetchPreset(MODEL, quick(url));
    await expect(failed).rejects.toThrow(DownloadError);
    await expect(failed).rejects.toThrow(message);
    expectEmptyCache();
    server.file('/w', archive);
    expect(await fetchPreset(MODEL, quick(url))).toBe(prefixName);
  });

  it('never caches a checkpoint whose data file is too short, or that is another model’s', async () => {
    const short = join(folder(), 'ckpt-1');
    cpSync(join(made, 'ckpt-1.index'), `${short}.index`);
    writeFileSync(`${short}.data-00000-of-00001`, Buffer.alloc(1000));
    const url = server.file('/short', writeTarGz(checkpointMembers(short)));
    await expect(fetchPreset(MODEL, quick(url))).rejects.toThrow(
      /\/ckpt-1\.data-00000-of-00001 is truncated: 1000 of \d+ bytes/,
    );
    const other = server.file('/other', archive);
    await expect(fetchPreset('a0-base', quick(other))).rejects.toThrow(
      /holds other weights than those of a0-base: it lacks \d+ of \d+ variables/,
    );
    expectEmptyCache();
  });

  it('compares the checksum where one is known', async () => {
    const url = server.file('/w', archive);
    const options = (sum: string): FetchPresetOptions => ({ ...quick(), places: [{ url, sha256: sum }] });
    await expect(fetchPreset(MODEL, options('0'.repeat(64)))).rejects.toThrow(
      `sent another file than expected (SHA-256 ${sha256(archive)})`,
    );
    expectEmptyCache();
    expect(await fetchPreset(MODEL, options(sha256(archive).toUpperCase()))).toBe(prefixName);
  });

  it('replaces a cached checkpoint that was damaged since', async () => {
    const url = server.file('/w', archive);
    await fetchPreset(MODEL, quick(url));
    truncateSync(`${prefixName}.data-00000-of-00001`, 10);
    expect(await findPreset(MODEL, { cache: cache() })).toBeUndefined();
    expect(await fetchPreset(MODEL, quick(url))).toBe(prefixName);
    expect(statSync(`${prefixName}.data-00000-of-00001`).size).toBeGreaterThan(10);
    expect(readdirSync(presets())).toEqual([MODEL]);
  });

  it('may run twice at once', async () => {
    const url = server.file('/w', archive);
    const both = await Promise.all([fetchPreset(MODEL, quick(url)), fetchPreset(MODEL, quick(url))]);
    expect(both).toEqual([prefixName, prefixName]);
    expect(readdirSync(presets())).toEqual([MODEL]);
    expect(await findPreset(MODEL, { cache: cache() })).toBe(prefixName);
  });

  it('asks a host that cannot be reached only once, and others at the same time', async () => {
    const deaf = await DeafServer.listen();
    const dead = await new FileServer().listen();
    await dead.close();
    try {
      const places = [`${deaf.url}a`, `${deaf.url}b`, dead.url('/c'), dead.url('/d')];
      const failed = fetchPreset(MODEL, { ...quick(...places), connectTimeoutMs: 300 });
      const [one, two] = [new URL(deaf.url).host, new URL(dead.url('/')).host];
      await expect(failed).rejects.toThrow(
        `(${one} cannot be reached (no answer within 0.3 s); ${two} cannot be reached (ECONNREFUSED)); download`,
      );
      expectEmptyCache();
    } finally {
      await deaf.close();
    }
  });

  it('leaves nothing when it is stopped', async () => {
    const reason = new Error('stopped');
    const controller = new AbortController();
    const url = server.on('/w', (request, response) => {
      sendFile(request, response, archive, '"1"', undefined);
    });
    const options = { ...quick(url), signal: controller.signal, onProgress: () => controller.abort(reason) };
    await expect(fetchPreset(MODEL, options)).rejects.toBe(reason);
    expectEmptyCache();
  });

  it('says that the cache cannot be written, and leaves nothing', async () => {
    const url = server.file('/w', archive);
    writeFileSync(cache(), 'a file in its place');
    await expect(fetchPreset(MODEL, quick(url))).rejects.toThrow(OutputError);
    await expect(fetchPreset(MODEL, quick(url))).rejects.toThrow(
      /^Cannot write the cache .*: (EEXIST|ENOTDIR).*XDG_CACHE_HOME/,
    );
    const disk = mountTinyDisk('size=4m');
    if (disk === undefined) {
      console.warn('skipped: mounting a small file system takes root');
      return;
    }
    try {
      const full = fetchPreset(MODEL, { ...quick(url), cache: disk.path });
      await expect(full).rejects.toThrow(OutputError);
      await expect(full).rejects.toThrow(/the disk is full; free some space or set XDG_CACHE_HOME/);
      expect(readdirSync(join(disk.path, 'weights/kinetics600'))).toEqual([]);
    } finally {
      disk.unmount();
    }
  });

  it('says that nothing is published of the ReLU6 models', async () => {
    await expect(fetchPreset('a3-stream-relu6', { cache: cache() })).rejects.toThrow(
      /^No kinetics600 weights of a3-stream-relu6 are published; .* save it as .*\/a3-stream-relu6\.tar\.gz/,
    );
  });
});

describe('presetPlaces', () => {
  it('knows the Model Garden’s bucket, TF Hub and Kaggle for each published model', () => {
    expect(presetPlaces('a0-base').map(({ url }) => url)).toEqual([
      'https://storage.googleapis.com/tf_model_garden/vision/movinet/movinet_a0_base.tar.gz',
      'https://tfhub.dev/tensorflow/movinet/a0/base/kinetics-600/classification/3?tf-hub-format=compressed',
      'https://storage.googleapis.com/tfhub-modules/tensorflow/movinet/a0/base/kinetics-600/classification/3.tar.gz',
      'https://www.kaggle.com/api/v1/models/google/movinet/tensorFlow2/a0-base-kinetics-600-classification/3/download',
    ]);
    expect(presetPlaces('a5-stream').at(-1)?.url).toMatch(/a5-stream-kinetics-600-classification\/2\/download$/);
    const unpublished = (id: string) => id.endsWith('relu6') || id.startsWith('t0');
    for (const id of MODEL_IDS) expect(presetPlaces(id)).toHaveLength(unpublished(id) ? 0 : 4);
  });
});

it('has the 600 labels of Kinetics-600 in the order of the logits', () => {
  const labels = kinetics600Labels();
  expect(new Set(labels).size).toBe(600);
  expect([labels[0], labels[18 - 1], labels[599]]).toEqual(['abseiling', 'backflip (human)', 'zumba']);
  expect(labels.every((label) => label === label.trim() && label !== '')).toBe(true);
});

const REAL = dirname(KINETICS_CHECKPOINT);

describeWith(REAL)('real weights', () => {
  it('come as a checkpoint and as a SavedModel', async () => {
    const checkpoint = writeTarGz(checkpointMembers(KINETICS_CHECKPOINT, 'movinet_a0_stream/'));
    const url = server.file('/checkpoint', checkpoint);
    expect(await fetchPreset(MODEL, quick(url))).toBe(join(presets(), MODEL, 'movinet_a0_stream/ckpt-1'));
    const variables = checkpointMembers(join(REAL, 'saved_model/variables/variables'), './variables/');
    const hub = server.file('/hub', writeTarGz([{ path: 'saved_model.pb', content: Buffer.from('x') }, ...variables]));
    const options = { ...quick(hub), cache: join(folder(), 'other') };
    expect(await fetchPreset(MODEL, options)).toMatch(/\/a0-stream-relu6\/variables\/variables$/);
  });

  it('has the labels that were given with them', () => {
    const given = readFileSync(join(REAL, '../kinetics600_labels.txt'), 'utf8').trimEnd().split('\n');
    expect(kinetics600Labels()).toEqual(given);
  });
});
