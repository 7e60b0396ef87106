import { type ClipOptions, clipSpec, TUTORIAL_CLIP } from '../../base/clip';
import { UsageError } from '../../base/errors';
import { anyInteger, integerFrom } from '../../base/ranges';
import { CENTER } from '../../data/video/sampling';
import { modelIdOf, modelToOpen } from '../../model/open-model';
import { videoResult } from '../json/videos';
import { type Call, commandTable, parseCommand } from '../options/command-table';
import { flag, flagOf, onOrOff, option } from '../options/option';
import { augmentOption } from '../program/augment-option';
import { frameRateOption, frameStepOption, shortOption, sizeOption, startOption } from '../program/clip-options';
import { isModelPath } from '../program/model-options';
import { commonOptions, pathOption, text } from '../program/options';
import { readingOptions } from '../program/reading-options';
import { clipsOption, cropsOption } from '../program/view-options';
import type { DrawnClipOptions } from './drawn-clips';
import { frameList } from './frame-list';
import type { WantedFrames } from './wanted-frames';

/** Enough to see what is drawn. */
const DRAWS = 4;

export const videoTable = commandTable({
  name: 'video',
  result: videoResult,
  description: 'Shows what is in video files, and the frames of them that a model would see.',
  examples: [
    ['clip.mp4', 'what is in a file'],
    ['clip.mp4 --out looks --model runs/first/model', 'the frames that a model would see, as pictures'],
  ],
  operands: [
    '<videos...>',
    'video files; folders, for all videos below them; lists of videos (.csv, .tsv, .txt, .json)',
  ],
  options: {
    ...readingOptions,
    check: option(onOrOff.exactOptional(), {
      help: 'decode all of each file to count what decodes',
      helpOff: 'decode nothing for that: what the containers say',
      fallback: 'up to 10,000 frames',
    }),
    out: pathOption(text.exactOptional(), {
      value: '<place>',
      help: 'where frames go: a folder (a PNG file each and a contact sheet), a .png file (one contact sheet), or - (nowhere; default)',
      isPath: (place) => place !== '-',
    }),
    frames: option(frameList.exactOptional(), {
      value: '<list>',
      help: 'numbers of the frames that a player shows, from 0: 0,100,8800 or 0-10 or 0-900:30',
    }),
    clip: flag('the frames of the clip that a model would see (default with --out)'),
    model: pathOption(text.exactOptional(), {
      value: '<model>',
      help: 'cut the clip for this one: the folder model/ of a run, or a model id',
      isPath: isModelPath,
    }),
    size: sizeOption('width and height of a picture', "the model's, else 224"),
    clipFrames: option(integerFrom(1).exactOptional(), {
      value: '<n>',
      help: 'frames of the clip',
      fallback: "the model's, else 8",
    }),
    frameStep: frameStepOption("distance of the clip's frames in the video", "the model's, else 15"),
    frameRate: frameRateOption('frames a second of the clip'),
    short: shortOption("the model's, else zero"),
    start: startOption('center; 0 with a model id'),
    augment: augmentOption('clips as training draws them, with these changes'),
    clipsPerVideo: clipsOption(
      'clips of each file: random ones with --augment, else evenly spread',
      `${DRAWS} with --augment, else 1`,
    ),
    crops: cropsOption('of each clip'),
    seed: option(anyInteger.exactOptional(), { value: '<n>', help: 'of what is drawn for --augment', fallback: '0' }),
    ...commonOptions,
  },
});

export type VideoOptions = Call<typeof videoTable.options>['options'];

/** Several clips of each file, as training or evaluation has them. */
const ABOUT_DRAWN_CLIPS = ['augment', 'clipsPerVideo', 'crops', 'seed'] as const;
const ABOUT_CLIPS = ['clip', 'clipFrames', 'frameStep', 'frameRate', 'short', 'start', ...ABOUT_DRAWN_CLIPS] as const;
const ABOUT_PICTURES = ['frames', 'model', 'size', ...ABOUT_CLIPS] as const;

/** Throws {@link UsageError}, and commander's own errors. */
export function parseVideoOptions(argv: readonly string[]): { options: VideoOptions; files: string[] } {
  const { options, operands: files } = parseCommand(videoTable, argv);
  const given = (name: keyof VideoOptions): boolean => options[name] !== undefined && options[name] !== false;
  const ofClip = ABOUT_CLIPS.find(given);
  if (given('frames') && ofClip !== undefined)
    throw new UsageError(`${flagOf(ofClip)} is about a clip, --frames names frames: give one of them`);
  if (options.augment !== undefined && (options.crops ?? 1) > 1)
    throw new UsageError('--crops is of clips to evaluate on, --augment of clips to train on: give one of them');
  // The address is not repeated: it may hold a password.
  if (files.some((file) => file.includes('://')))
    throw new UsageError('Files only: an address is read by movinet stream');
  // Frames that are asked for without a place are decoded and told of.
  const out = ABOUT_PICTURES.some(given) ? { out: options.out ?? '-' } : {};
  return { options: { ...options, ...out }, files };
}

/** The clips that the options ask for of each file, as training or evaluation has them; undefined where they do not. Throws as {@link wantedFrames}. */
export async function wantedClips(options: VideoOptions): Promise<DrawnClipOptions | undefined> {
  const { out, frames, model, augment, crops = 1, seed = 0, start, check } = options;
  if (out === undefined || frames !== undefined) return undefined;
  const { clipsPerVideo = augment === undefined ? 1 : DRAWS } = options;
  const isDrawn = ABOUT_DRAWN_CLIPS.some((name) => options[name] !== undefined);
  if (isDrawn && start !== undefined && start !== 'center')
    throw new UsageError('--start is about one clip: leave it out with --augment, --clips-per-video and --crops');
  if (augment === undefined && options.seed !== undefined)
    throw new UsageError('--seed is of what --augment draws: give both or none');
  const cut = model === undefined ? TUTORIAL_CLIP : (await modelToOpen(model)).clip;
  const clip = clipSpec(clipOf(options), cut);
  // One frame of a filled clip may come several times.
  if (!isDrawn && clip.short === 'zero') return undefined;
  if (check !== undefined)
    throw new UsageError(
      `${check ? '--check' : '--no-check'} is about whole files, of which clips like these do not tell: leave it out with ` +
        '--augment, --clips-per-video, --crops and --short hold or loop',
    );
  const first = augment === undefined && clipsPerVideo === 1 ? await startOf(options) : 'center';
  return { clip, augment, crops, seed, clipsPerVideo, ...(first !== 'center' && { start: { frame: first } }) };
}

/** Where one clip starts, as `predict` has it. */
async function startOf({ start, model }: VideoOptions): Promise<number | 'center'> {
  const isId = model !== undefined && (await modelIdOf(model)) !== undefined;
  return start ?? (isId ? 0 : 'center');
}

function clipOf({ size, clipFrames: frames, frameStep, frameRate, short }: VideoOptions): ClipOptions {
  return { size, frames, frameStep, frameRate, short };
}

/** What the options ask for of each file; undefined where they ask for no frames. Throws UsageError and CheckpointError for a model that is none. */
export async function wantedFrames(options: VideoOptions): Promise<WantedFrames | undefined> {
  const { out, frames, model } = options;
  if (out === undefined) return undefined;
  const cut = model === undefined ? TUTORIAL_CLIP : (await modelToOpen(model)).clip;
  const size = options.size ?? cut.size;
  if (frames !== undefined) return { size, list: frames };
  const first = await startOf(options);
  return {
    size,
    sampling: clipSpec(clipOf(options), cut),
    position: first === 'center' ? CENTER : { frame: first },
  };
}
