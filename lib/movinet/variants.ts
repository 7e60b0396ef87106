/** One bottleneck block: kernel [frames, height, width], spatial stride, channels of the expansion and of the output. */
export interface BlockVariant {
  readonly kernel: readonly [number, number, number];
  readonly stride: 1 | 2;
  readonly expanded: number;
  readonly channels: number;
}

export interface Variant {
  readonly stemFilters: number;
  /** Filters of the head's projection, the size of the features. */
  readonly headFilters: number;
  /** Units of the classifier head's hidden layer. */
  readonly hiddenUnits: number;
  /** The square input that the published weights were trained at, pixels; T0 has none, and takes A0's. */
  readonly nativeSize: number;
  /** Every how many frames of a video at 25 frames/s one was taken for that training. */
  readonly nativeFrameStep: number;
  /** Stages (`block0` …) of layers. */
  readonly stages: readonly (readonly BlockVariant[])[];
}

function block(frames: number, size: number, stride: 1 | 2, expanded: number, channels: number): BlockVariant {
  return { kernel: [frames, size, size], stride, expanded, channels };
}

/** MoViNet A0 to A5 (specification §1.4), and T0, the official code's smallest, of which no weights are published. */
export const VARIANTS = {
  a0: {
    stemFilters: 8,
    headFilters: 480,
    hiddenUnits: 2048,
    nativeSize: 172,
    nativeFrameStep: 5,
    stages: [
      [block(1, 5, 2, 24, 8)],
      [block(3, 3, 2, 80, 32), block(3, 3, 1, 80, 32), block(3, 3, 1, 80, 32)],
      [block(5, 3, 2, 184, 56), block(3, 3, 1, 112, 56), block(3, 3, 1, 184, 56)],
      [block(5, 3, 1, 184, 56), block(3, 3, 1, 184, 56), block(3, 3, 1, 184, 56), block(3, 3, 1, 184, 56)],
      [block(5, 3, 2, 384, 104), block(1, 5, 1, 280, 104), block(1, 5, 1, 280, 104), block(1, 5, 1, 344, 104)],
    ],
  },
  a1: {
    stemFilters: 16,
    headFilters: 600,
    hiddenUnits: 2048,
    nativeSize: 172,
    nativeFrameStep: 5,
    stages: [
      [block(1, 5, 2, 40, 16), block(3, 3, 1, 40, 16)],
      [block(3, 3, 2, 96, 40), block(3, 3, 1, 120, 40), block(3, 3, 1, 96, 40), block(3, 3, 1, 96, 40)],
      [
        block(5, 3, 2, 216, 64),
        block(3, 3, 1, 128, 64),
        block(3, 3, 1, 216, 64),
        block(3, 3, 1, 168, 64),
        block(3, 3, 1, 216, 64),
      ],
      [
        block(5, 3, 1, 216, 64),
        block(3, 3, 1, 216, 64),
        block(3, 3, 1, 216, 64),
        block(3, 3, 1, 128, 64),
        block(1, 5, 1, 128, 64),
        block(3, 3, 1, 216, 64),
      ],
      [
        block(5, 3, 2, 456, 136),
        block(1, 5, 1, 360, 136),
        block(1, 5, 1, 360, 136),
        block(1, 5, 1, 360, 136),
        block(1, 5, 1, 456, 136),
        block(3, 3, 1, 456, 136),
        block(1, 3, 1, 544, 136),
      ],
    ],
  },
  a2: {
    stemFilters: 16,
    headFilters: 640,
    hiddenUnits: 2048,
    nativeSize: 224,
    nativeFrameStep: 5,
    stages: [
      [block(1, 5, 2, 40, 16), block(3, 3, 1, 40, 16), block(3, 3, 1, 64, 16)],
      [
        block(3, 3, 2, 96, 40),
        block(3, 3, 1, 120, 40),
        block(3, 3, 1, 96, 40),
        block(3, 3, 1, 96, 40),
        block(3, 3, 1, 120, 40),
      ],
      [
        block(5, 3, 2, 240, 72),
        block(3, 3, 1, 160, 72),
        block(3, 3, 1, 240, 72),
        block(3, 3, 1, 192, 72),
        block(3, 3, 1, 240, 72),
      ],
      [
        block(5, 3, 1, 240, 72),
        block(3, 3, 1, 240, 72),
        block(3, 3, 1, 240, 72),
        block(3, 3, 1, 240, 72),
        block(1, 5, 1, 144, 72),
        block(3, 3, 1, 240, 72),
      ],
      [
        block(5, 3, 2, 480, 144),
        block(1, 5, 1, 384, 144),
        block(1, 5, 1, 384, 144),
        block(1, 5, 1, 480, 144),
        block(1, 5, 1, 480, 144),
        block(3, 3, 1, 480, 144),
        block(1, 3, 1, 576, 144),
      ],
    ],
  },
  a3: {
    stemFilters: 16,
    headFilters: 744,
    hiddenUnits: 2048,
    nativeSize: 256,
    nativeFrameStep: 2,
    stages: [
      [block(1, 5, 2, 40, 16), block(3, 3, 1, 40, 16), block(3, 3, 1, 64, 16), block(3, 3, 1, 40, 16)],
      [
        block(3, 3, 2, 112, 48),
        block(3, 3, 1, 144, 48),
        block(3, 3, 1, 112, 48),
        block(1, 5, 1, 112, 48),
        block(3, 3, 1, 144, 48),
        block(3, 3, 1, 144, 48),
      ],
      [
        block(5, 3, 2, 240, 80),
        block(3, 3, 1, 152, 80),
        block(3, 3, 1, 240, 80),
        block(3, 3, 1, 192, 80),
        block(3, 3, 1, 240, 80),
      ],
      [
        block(5, 3, 1, 264, 88),
        block(3, 3, 1, 264, 88),
        block(3, 3, 1, 264, 88),
        block(3, 3, 1, 264, 88),
        block(1, 5, 1, 160, 88),
        block(3, 3, 1, 264, 88),
        block(3, 3, 1, 264, 88),
        block(3, 3, 1, 264, 88),
      ],
      [
        block(5, 3, 2, 560, 168),
        block(1, 5, 1, 448, 168),
        block(1, 5, 1, 448, 168),
        block(1, 5, 1, 560, 168),
        block(1, 5, 1, 560, 168),
        block(3, 3, 1, 560, 168),
        block(1, 5, 1, 448, 168),
        block(1, 5, 1, 448, 168),
        block(3, 3, 1, 560, 168),
        block(1, 3, 1, 672, 168),
      ],
    ],
  },
  a4: {
    stemFilters: 24,
    headFilters: 856,
    hiddenUnits: 2048,
    nativeSize: 290,
    nativeFrameStep: 3,
    stages: [
      [
        block(1, 5, 2, 64, 24),
        block(3, 3, 1, 64, 24),
        block(3, 3, 1, 96, 24),
        block(3, 3, 1, 64, 24),
        block(3, 3, 1, 96, 24),
        block(3, 3, 1, 64, 24),
      ],
      [
        block(3, 3, 2, 168, 56),
        block(3, 3, 1, 168, 56),
        block(3, 3, 1, 136, 56),
        block(3, 3, 1, 136, 56),
        block(3, 3, 1, 168, 56),
        block(3, 3, 1, 168, 56),
        block(3, 3, 1, 168, 56),
        block(1, 5, 1, 136, 56),
        block(3, 3, 1, 136, 56),
      ],
      [
        block(5, 3, 2, 320, 96),
        block(3, 3, 1, 160, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 192, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 160, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 256, 96),
        block(3, 3, 1, 320, 96),
      ],
      [
        block(5, 3, 1, 320, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 320, 96),
        block(1, 5, 1, 192, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 192, 96),
        block(3, 3, 1, 320, 96),
        block(3, 3, 1, 320, 96),
      ],
      [
        block(5, 3, 2, 640, 192),
        block(1, 5, 1, 512, 192),
        block(1, 5, 1, 512, 192),
        block(1, 5, 1, 640, 192),
        block(1, 5, 1, 640, 192),
        block(3, 3, 1, 640, 192),
        block(1, 5, 1, 512, 192),
        block(1, 5, 1, 512, 192),
        block(1, 5, 1, 640, 192),
        block(1, 5, 1, 768, 192),
        block(1, 5, 1, 640, 192),
        block(3, 3, 1, 640, 192),
        block(3, 3, 1, 768, 192),
      ],
    ],
  },
  a5: {
    stemFilters: 24,
    headFilters: 992,
    hiddenUnits: 2048,
    nativeSize: 320,
    nativeFrameStep: 2,
    stages: [
      [
        block(1, 5, 2, 64, 24),
        block(1, 5, 1, 64, 24),
        block(3, 3, 1, 96, 24),
        block(3, 3, 1, 64, 24),
        block(3, 3, 1, 96, 24),
        block(3, 3, 1, 64, 24),
      ],
      [
        block(5, 3, 2, 192, 64),
        block(3, 3, 1, 152, 64),
        block(3, 3, 1, 152, 64),
        block(3, 3, 1, 152, 64),
        block(3, 3, 1, 192, 64),
        block(3, 3, 1, 192, 64),
        block(3, 3, 1, 192, 64),
        block(3, 3, 1, 152, 64),
        block(3, 3, 1, 152, 64),
        block(3, 3, 1, 192, 64),
        block(3, 3, 1, 192, 64),
      ],
      [
        block(5, 3, 2, 376, 112),
        block(3, 3, 1, 224, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 296, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 224, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 296, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 376, 112),
        block(3, 3, 1, 376, 112),
      ],
      [
        block(5, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
        block(1, 5, 1, 224, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 224, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
        block(3, 3, 1, 376, 120),
      ],
      [
        block(5, 3, 2, 744, 224),
        block(3, 3, 1, 744, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 744, 224),
        block(1, 5, 1, 744, 224),
        block(3, 3, 1, 744, 224),
        block(1, 5, 1, 896, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 896, 224),
        block(1, 5, 1, 744, 224),
        block(3, 3, 1, 744, 224),
        block(1, 5, 1, 896, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 600, 224),
        block(1, 5, 1, 744, 224),
        block(3, 3, 1, 744, 224),
      ],
    ],
  },
  t0: {
    stemFilters: 8,
    headFilters: 240,
    hiddenUnits: 1024,
    nativeSize: 172,
    nativeFrameStep: 5,
    stages: [
      [block(1, 5, 2, 16, 8)],
      [block(3, 3, 2, 72, 32), block(1, 5, 1, 72, 32)],
      [block(5, 3, 2, 112, 56), block(1, 5, 1, 112, 56), block(3, 3, 1, 112, 56)],
      [block(5, 3, 1, 184, 56), block(1, 5, 1, 184, 56), block(3, 3, 1, 184, 56), block(3, 3, 1, 184, 56)],
      [block(5, 3, 2, 344, 104), block(1, 5, 1, 344, 104), block(1, 5, 1, 344, 104), block(3, 3, 1, 344, 104)],
    ],
  },
} as const satisfies Record<string, Variant>;

/**
 * The networks of the paper, smallest first, and T0 of the official code.
 *
 * @useDeclaredType
 */
export type VariantName = keyof typeof VARIANTS;

export const VARIANT_NAMES = Object.keys(VARIANTS) as VariantName[];
