import { Command } from 'commander';
import { z } from 'zod';
import { type ClipOptions, clipSpec, TUTORIAL_CLIP } from '../../base/clip';
import { UsageError } from '../../base/errors';
import { CENTER } from '../../data/video/sampling';
import { modelIdOf, modelToOpen } from '../../model/open-model';
import { throwUsageErrors } from '../program/failure';
import { augmentation, augmentOption } from '../program/augment-option';
import { clipOptions, shortOption } from '../program/clip-options';
import {
  anyInteger,
  checkOptions,
  commonOptions,
  integerFrom,
  jsonOption,
  quietOption,
  verboseOption,
} from '../program/options';
import { readingOptions, withReadingOptions } from '../program/reading-options';
import { cropsOption, viewOptions } from '../program/view-options';
import type { DrawnClipOptions } from './drawn-clips';
import { frameList } from './frame-list';
import type { WantedFrames } from './wanted-frames';

const schema = z.object({
  ...commonOptions,
  ...readingOptions,
  check: z.boolean().exactOptional(),
  to: z.string().min(1, 'expected a folder, a .png file or -').exactOptional(),
  frames: frameList.exactOptional(),
  clip: z.boolean().default(false),
  model: z.string().exactOptional(),
  size: clipOptions.size,
  clipFrames: clipOptions.frames,
  frameStep: clipOptions.frameStep,
  frameRate: clipOptions.frameRate,
  short: clipOptions.short,
  ...viewOptions,
  augment: augmentation,
  seed: anyInteger.exactOptional(),
  start: z
    .union([z.literal('center'), integerFrom(0)], { error: 'expected center or the number of a frame' })
    .exactOptional(),
});

/** Enough to see what is drawn. */
const DRAWS = 4;

export type VideoOptions = z.output<typeof schema>;

/** Several clips of each file, as training or evaluation has them. */
const ABOUT_DRAWN_CLIPS = ['augment', 'clipsPerVideo', 'crops', 'seed'] as const;
const ABOUT_CLIPS = ['clip', 'clipFrames', 'frameStep', 'frameRate', 'short', 'start', ...ABOUT_DRAWN_CLIPS] as const;
const ABOUT_PICTURES = ['frames', 'model', 'size', ...ABOUT_CLIPS] as const;

const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Throws {@link UsageError}, and commander's own errors. */
export function parseVideoOptions(argv: readonly string[]): { options: VideoOptions; files: string[] } {
  const program = withReadingOptions(throwUsageErrors(new Command('video')))
    .description('Shows what is in video files, and the frames of them that a model would see.')
    .argument(
      '<videos...>',
      'video files; folders, for all videos below them; lists of videos (.csv, .tsv, .txt, .json)',
    )
    .option('--check', 'decode all of each file to count what decodes (default: up to 10,000 frames)')
    .option('--no-check', 'decode nothing for that: what the containers say')
    .option(
      '--to <place>',
      'where frames go: a folder (a PNG file each and a contact sheet), a .png file (one contact sheet), or - (nowhere; default)',
    )
    .option('--frames <list>', 'numbers of the frames that a player shows, from 0: 0,100,8800 or 0-10 or 0-900:30')
    .option('--clip', 'the frames of the clip that a model would see (default with --to)')
    .option('--model <model>', 'cut the clip for this one: the folder model/ of a run, or a model id')
    .option('--size <pixels>', "width and height of a picture (default: the model's, else 224)")
    .option('--clip-frames <n>', "frames of the clip (default: the model's, else 8)")
    .option('--frame-step <n>', "distance of the clip's frames in the video (default: the model's, else 15)")
    .option('--frame-rate <rate>', "frames a second of the clip, by the video's timestamps, in place of a frame step")
    .addOption(shortOption("the model's, else zero"))
    .option('--start <frame>', 'first frame of the clip, or center (default: center; 0 with a model id)')
    .addOption(augmentOption('clips as training draws them, with these changes'))
    .option('--clips-per-video <n>', 'clips of each file: random ones with --augment (default: 4), else evenly spread')
    .addOption(cropsOption('of each clip'))
    .option('--seed <n>', 'of what is drawn for --augment (default: 0)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  const options = checkOptions(schema, program.opts());
  const given = (name: keyof VideoOptions): boolean => options[name] !== undefined && options[name] !== false;
  const ofClip = ABOUT_CLIPS.find(given);
  if (given('frames') && ofClip !== undefined)
    throw new UsageError(`${flag(ofClip)} is about a clip, --frames names frames: give one of them`);
  if (options.augment !== undefined && (options.crops ?? 1) > 1)
    throw new UsageError('--crops is of clips to evaluate on, --augment of clips to train on: give one of them');
  // The address is not repeated: it may hold a password.
  if (program.args.some((file) => file.includes('://')))
    throw new UsageError('Files only: an address is read by npm run stream');
  // Frames that are asked for without a place are decoded and told of.
  const to = ABOUT_PICTURES.some(given) ? { to: options.to ?? '-' } : {};
  return { options: { ...options, ...to }, files: program.args };
}

/** The clips that the options ask for of each file, as training or evaluation has them; undefined where they do not. Throws as {@link wantedFrames}. */
export async function wantedClips(options: VideoOptions): Promise<DrawnClipOptions | undefined> {
  const { to, frames, model, augment, crops = 1, seed = 0, start, check } = options;
  if (to === undefined || frames !== undefined) return undefined;
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
  const { to, frames, model } = options;
  if (to === undefined) return undefined;
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
