import type { Crop } from './clip-transform';

/** Left edge, top edge, width and height, as shares of a frame's width and height. */
export type CropBox = readonly [x: number, y: number, width: number, height: number];

/** The part of a frame of this size that a crop is: whole pixels, at least one, as torchvision rounds them. */
export function cropBox(crop: Crop, width: number, height: number): CropBox {
  const [w, h] = sizeOf(crop, width, height);
  const [x, y] =
    crop.kind === 'square'
      ? [Math.round(crop.along * (width - w)), Math.round(crop.along * (height - h))]
      : [placeIn(width - w, crop.x), placeIn(height - h, crop.y)];
  return [x / width, y / height, w / width, h / height];
}

function sizeOf(crop: Crop, width: number, height: number): readonly [number, number] {
  if (crop.kind === 'square') {
    const side = Math.min(width, height);
    return [side, side];
  }
  const area = width * height * crop.area;
  const within = (length: number, most: number): number => Math.min(Math.max(Math.round(length), 1), most);
  return [within(Math.sqrt(area * crop.ratio), width), within(Math.sqrt(area / crop.ratio), height)];
}

/** Each of the whole places in some room for an equal part of [0, 1]. */
const placeIn = (room: number, share: number): number => Math.min(Math.floor(share * (room + 1)), room);
