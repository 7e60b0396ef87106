import { clipSpec } from '../../../lib/base/clip';
import { clipConfig } from '../../../lib/cli/program/clip-options';

it('names each frame rate as it was given', () => {
  for (const frameRate of [...Array.from({ length: 240 }, (_, i) => i + 1), 12.5, 1.6667, 29.97])
    expect(clipConfig(clipSpec({ frameRate }))).toMatchObject({ frameRate });
});
