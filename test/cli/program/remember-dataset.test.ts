import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { singleLabel } from '../../../lib/base/task';
import { type Keep, rememberDataset } from '../../../lib/cli/program/remember-dataset';
import type { DatasetRecord } from '../../../lib/data/lists/record/dataset-record';
import { RunFolder } from '../../../lib/report/run-folder';
import { temporaryFolder } from '../../io/support/temporary-folder';

const folder = temporaryFolder();
const record: DatasetRecord = {
  ...{ data: '/new', options: {}, rule: { kind: 'all' }, task: singleLabel(['a']), root: '/new' },
  parts: { train: [], validation: [], test: [] },
};
const path = (): string => join(folder(), 'dataset.json');
const remembered = (): string | undefined =>
  existsSync(path()) ? readFileSync(path(), 'utf8').replace(/^[^]*"data": "(.*?)"[^]*$/, '$1') : undefined;
const remember = async (work: (keep: Keep) => Promise<void>): Promise<void> =>
  rememberDataset(await RunFolder.open(folder()), record, work);
const model = (): string => join(folder(), 'model');

describe('the record of a run', () => {
  it('stands before the work, and stays with the model only', async () => {
    await expect(
      remember(() => {
        expect(remembered()).toBe('/new');
        return Promise.reject(new Error('out of memory'));
      }),
    ).rejects.toThrow('out of memory');
    expect(remembered()).toBeUndefined();
    await remember((keep) => keep(() => mkdir(model())));
    expect(remembered()).toBe('/new');
  });

  it('never stands beside the model of another', async () => {
    mkdirSync(model());
    writeFileSync(path(), '"data": "/old"');
    await expect(remember(() => Promise.reject(new Error('interrupted')))).rejects.toThrow('interrupted');
    expect(remembered()).toBe('/old');
    const failing = remember((keep) => {
      expect(remembered()).toBe('/old');
      return keep(() => Promise.reject(new Error('the disk is full')));
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(remembered()).toBeUndefined();
    await remember((keep) =>
      keep(() => {
        expect(remembered()).toBeUndefined();
        return Promise.resolve();
      }),
    );
    expect(remembered()).toBe('/new');
  });
});
