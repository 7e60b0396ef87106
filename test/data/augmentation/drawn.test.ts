import { hash } from 'node:crypto';
import { ClipPlanner } from '../../../lib/data/clip-planner';
import { parseAugmentations } from '../../../lib/data/augmentation/parse';

/** Of all plans of two epochs. */
async function digest(text: string): Promise<string> {
  const videos = Array.from({ length: 60 }, (_, i) => ({ path: `/videos/${i}`, target: [i % 3] }));
  const planner = new ClipPlanner({
    videos,
    shuffle: true,
    start: 'random',
    seed: 7,
    augment: parseAugmentations(text),
  });
  const plans = [...(await planner.plan(0)), ...(await planner.plan(1))];
  return hash('sha256', JSON.stringify(plans)).slice(0, 16);
}

// A run that goes on under a later version must find the clips that it began with.
it.each([
  ['standard,grey,speed,mixup,cutmix', '47b739094db9fe58'],
  ['cutmix=0.5,mixup=2,grey=0.5,colour=0.2:0.4:0.6:0.1,speed=0.5..2,flip=0.3,crop=0.2..0.9:0.5..2', 'e5432f8b2c6244aa'],
  ['grey=1,colour', '6c49e948f6ba6ed0'],
  ['mixup', 'b6f8810ce51e2b1c'],
])('draws the same clips for %s as ever', async (text, expected) => {
  expect(await digest(text)).toBe(expected);
});
