/** How clips are cut for a model: square frames of `size` pixels, `frames` of them, every `frameStep`-th of the video. */
export interface ClipSpec {
  /** Width and height in pixels. */
  size: number;
  /** Frames in a clip. */
  frames: number;
  /** Distance between neighbouring frames of a clip, in frames of the video. */
  frameStep: number;
}

/** The tutorial's: 224², 8 frames, frame step 15. */
export const TUTORIAL_CLIP: ClipSpec = { size: 224, frames: 8, frameStep: 15 };
