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

function rate({ frameRate, averageFrameRate, variable }: VideoRecord): string[] {
  if (variable && averageFrameRate !== null) return [`${number(averageFrameRate)} a second on average (variable)`];
  const fps = frameRate ?? averageFrameRate;
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
  const { frames, keyFrames, duration, firstTime } = record;
  const counted = isOfPictures(record) ? `${frames} (a picture each)` : `${frames} (${count(keyFrames, 'key frame')})`;
  const seconds = [
    ...(duration === null ? [] : [`${number(duration)} s`]),
    ...(firstTime === null || firstTime === 0 ? [] : [`from ${number(firstTime)} s`]),
  ];
  return [counted, ...rate(record), ...seconds].join(', ');
}

function pictureLine({ width, height, rotation, mirrored, sampleAspectRatio }: VideoRecord): string {
  return [
    `${width} × ${height} upright`,
    ...(rotation === 0 ? [] : [`turned by ${rotation}°`]),
    ...(mirrored ? ['mirrored'] : []),
    ...(sampleAspectRatio === 1 ? [] : [`pixels ${number(sampleAspectRatio)} times as wide as high`]),
  ].join(', ');
}

function damageLine(record: VideoRecord): string[] {
  const { damagedPackets, lostFrames } = record;
  if (damagedPackets === undefined) return [];
  const runs = lostFrames?.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)) ?? [];
  const lost = runs.length === 0 ? [] : [`frames that do not decode: ${runs.join(' ')}`];
  if (damagedPackets === 0 && lost.length === 0) return [line('checked', 'all of it decodes')];
  return [line('damaged', [count(damagedPackets, isOfPictures(record) ? 'picture' : 'packet'), ...lost].join('; '))];
}

function pictureLines({ pictures, zeroFrames = 0, contactSheet }: VideoRecord): string[] {
  if (pictures === undefined) return [];
  const numbers = pictures.map(({ index, time }) => `${index}${time === null ? '' : ` at ${time.toFixed(3)} s`}`);
  const most = 8;
  const shown = numbers.length > most ? [...numbers.slice(0, most - 2), '…', ...numbers.slice(-1)] : numbers;
  const zero = zeroFrames === 0 ? [] : [`${count(zeroFrames, 'black frame')} past the end`];
  return [
    line('pictures', [...shown, ...zero].join(', ')),
    ...(contactSheet === undefined ? [] : [line('sheet', contactSheet)]),
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
