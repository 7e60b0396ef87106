import { Command } from 'commander';
import { z } from 'zod';
import { TUTORIAL_CLIP } from '../../base/clip';
import { UsageError } from '../../base/errors';
import { CENTER } from '../../data/video/sampling';
import { modelIdOf, modelToOpen } from '../../model/open-model';
import { throwUsageErrors } from '../program/failure';
import { checkOptions, commonOptions, integerFrom, jsonOption, quietOption, verboseOption } from '../program/options';
import { readingOptions, withReadingOptions } from '../program/reading-options';
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
  size: integerFrom(32).exactOptional(),
  clipFrames: integerFrom(1).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
  start: z
    .union([z.literal('center'), integerFrom(0)], { error: 'expected center or the number of a frame' })
    .exactOptional(),
});

export type VideoOptions = z.output<typeof schema>;

const ABOUT_PICTURES = ['frames', 'clip', 'model', 'size', 'clipFrames', 'frameStep', 'start'] as const;
const ABOUT_CLIPS = ['clip', 'clipFrames', 'frameStep', 'start'] as const;

const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Throws {@link UsageError}, and commander's own errors. */
export function parseVideoOptions(argv: readonly string[]): { options: VideoOptions; files: string[] } {
  const program = withReadingOptions(throwUsageErrors(new Command('video')))
    .description('Shows what is in video files, and the frames of them that a model would see.')
    .argument('<files...>', 'videos')
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
    .option('--start <frame>', 'first frame of the clip, or center (default: center; 0 with a model id)')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(verboseOption())
    .parse([...argv], { from: 'user' });
  const options = checkOptions(schema, program.opts());
  const given = (name: keyof VideoOptions): boolean => options[name] !== undefined && options[name] !== false;
  const ofClip = ABOUT_CLIPS.find(given);
  if (given('frames') && ofClip !== undefined)
    throw new UsageError(`${flag(ofClip)} is about a clip, --frames names frames: give one of them`);
  // The address is not repeated: it may hold a password.
  if (program.args.some((file) => file.includes('://')))
    throw new UsageError('Files only: an address is read by npm run stream');
  // Frames that are asked for without a place are decoded and told of.
  const to = ABOUT_PICTURES.some(given) ? { to: options.to ?? '-' } : {};
  return { options: { ...options, ...to }, files: program.args };
}

/** What the options ask for of each file; undefined where they ask for no frames. Throws UsageError and CheckpointError for a model that is none. */
export async function wantedFrames(options: VideoOptions): Promise<WantedFrames | undefined> {
  const { to, frames, model, start } = options;
  if (to === undefined) return undefined;
  const cut = model === undefined ? TUTORIAL_CLIP : (await modelToOpen(model)).clip;
  const size = options.size ?? cut.size;
  if (frames !== undefined) return { size, list: frames };
  const isId = model !== undefined && (await modelIdOf(model)) !== undefined;
  const first = start ?? (isId ? 0 : 'center');
  return {
    size,
    sampling: { frames: options.clipFrames ?? cut.frames, frameStep: options.frameStep ?? cut.frameStep },
    position: first === 'center' ? CENTER : { frame: first },
  };
}
