import { PICTURES } from '../../native/video';
import type { VideoRecord } from '../video/description';

const LABEL_WIDTH = 10;

function line(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`;
}

/** At most three decimals, and none that are zero. */
function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

function rate({ frame_rate, average_frame_rate, variable }: VideoRecord): string[] {
  if (variable && average_frame_rate !== null) return [`${number(average_frame_rate)} a second on average (variable)`];
  const fps = frame_rate ?? average_frame_rate;
  return fps === null ? [] : [`${number(fps)} a second`];
}

/** A folder, whose pictures are the frames. */
function isOfPictures({ container }: VideoRecord): boolean {
  return container === PICTURES;
}

/** `120 × 160, 60 frames, 25 a second, 2.4 s`. */
export function videoSummary(record: VideoRecord): string {
  const { width, height, frames, duration } = record;
  const pictures = isOfPictures(record) ? ['pictures'] : [];
  const parts = [`${width} × ${height}`, ...pictures, count(frames, 'frame'), ...rate(record)];
  return [...parts, ...(duration === null ? [] : [`${number(duration)} s`])].join(', ');
}

function frameLine(record: VideoRecord): string {
  const { frames, key_frames, duration, first_time } = record;
  const counted = isOfPictures(record) ? `${frames} (a picture each)` : `${frames} (${count(key_frames, 'key frame')})`;
  const seconds = [
    ...(duration === null ? [] : [`${number(duration)} s`]),
    ...(first_time === null || first_time === 0 ? [] : [`from ${number(first_time)} s`]),
  ];
  return [counted, ...rate(record), ...seconds].join(', ');
}

function pictureLine({ width, height, rotation, mirrored, sample_aspect_ratio }: VideoRecord): string {
  return [
    `${width} × ${height} upright`,
    ...(rotation === 0 ? [] : [`turned by ${rotation}°`]),
    ...(mirrored ? ['mirrored'] : []),
    ...(sample_aspect_ratio === 1 ? [] : [`pixels ${number(sample_aspect_ratio)} times as wide as high`]),
  ].join(', ');
}

function damageLine(record: VideoRecord): string[] {
  const { damaged_packets, lost_frames } = record;
  if (damaged_packets === undefined) return [];
  const runs = lost_frames?.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)) ?? [];
  const lost = runs.length === 0 ? [] : [`frames that do not decode: ${runs.join(' ')}`];
  if (damaged_packets === 0 && lost.length === 0) return [line('checked', 'all of it decodes')];
  return [line('damaged', [count(damaged_packets, isOfPictures(record) ? 'picture' : 'packet'), ...lost].join('; '))];
}

function pictureLines({ pictures, zero_frames = 0, contact_sheet }: VideoRecord): string[] {
  if (pictures === undefined) return [];
  const numbers = pictures.map(({ index, time }) => `${index}${time === null ? '' : ` at ${time.toFixed(3)} s`}`);
  const most = 8;
  const shown = numbers.length > most ? [...numbers.slice(0, most - 2), '…', ...numbers.slice(-1)] : numbers;
  const zero = zero_frames === 0 ? [] : [`${count(zero_frames, 'black frame')} past the end`];
  return [
    line('pictures', [...shown, ...zero].join(', ')),
    ...(contact_sheet === undefined ? [] : [line('sheet', contact_sheet)]),
  ];
}

/** A video for people: its name, and what is in it below. */
export function videoText(record: VideoRecord): string {
  return [
    record.file,
    line('frames', frameLine(record)),
    line('picture', pictureLine(record)),
    line(
      'coding',
      isOfPictures(record) ? `${record.codec}, a folder of pictures` : `${record.codec} in ${record.container}`,
    ),
    ...damageLine(record),
    ...record.notes.map((note) => line('note', note)),
    ...pictureLines(record),
  ].join('\n');
}
