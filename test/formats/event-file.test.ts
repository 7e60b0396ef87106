import {
  fileStart,
  imageSummary,
  scalarSummary,
  sessionEnd,
  sessionStart,
  type Summary,
  summaryEvent,
  textSummary,
} from '../../lib/formats/event-file';
import { maskedCrc32c } from '../../lib/formats/crc32c';
// By scripts/python/fixtures/event_file.py.
import written from './event-file.json';

const { seconds, step } = written;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const png = Buffer.from(written.png, 'base64');

it.each<[keyof typeof written.records, () => Summary]>([
  ['scalar', () => scalarSummary('epoch_loss', 0.125)],
  ['text', () => textSummary('configuration', '# “Words”')],
  ['image', () => imageSummary('confusion_matrix', png, 1, 1)],
  ['sessionStart', () => sessionStart({ flip: true, name: 'adam', rate: 0.5 }, { group: 'group', seconds })],
  ['sessionEnd', () => sessionEnd('failure', seconds)],
])('writes the very bytes of the tensorboard package for the summary "%s"', (name, summary) => {
  expect(base64(summaryEvent(step, seconds, [summary()]))).toBe(written.records[name]);
});

it('begins a file as the tensorboard package does', () => {
  expect(base64(fileStart(step, seconds))).toBe(written.records.start);
});

it('has the checksum of RFC 3720, masked', () => {
  const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  expect(maskedCrc32c(new Uint8Array(32))).toBe(masked(0x8a9136aa));
  expect(maskedCrc32c(new Uint8Array(32).fill(0xff))).toBe(masked(0x62a8ab43));
});
