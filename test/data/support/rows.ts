import type { VideoRow } from '../../../lib/data/lists/row';

/** Clips named as UCF101 names them, so many groups of so many clips each. */
export const ucf = (name: string, label: number, groups: number, clips = 1, ending = '.avi'): VideoRow[] =>
  Array.from({ length: groups * clips }, (_, i) => {
    const group = String(Math.floor(i / clips) + 1).padStart(2, '0');
    const clip = String((i % clips) + 1).padStart(2, '0');
    return { path: `/data/${name}/v_${name}_g${group}_c${clip}${ending}`, target: [label] };
  });

/** Clips with numbers for names. */
export const plain = (name: string, label: number, count: number): VideoRow[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `/data/${name}/${String(i).padStart(3, '0')}.mp4`,
    target: [label],
  }));

export const paths = (files: readonly { readonly path: string }[]): string[] => files.map((file) => file.path);
