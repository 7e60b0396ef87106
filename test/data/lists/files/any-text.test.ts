import fc from 'fast-check';
import { MovinetError } from '../../../../lib/base/errors';
import { listFolder } from './support/list-folder';

const { at, write, videos, read } = listFolder();

const piece = fc.constantFrom(
  ...['a.mp4', 'b.mp4', 'run', 'jump', '0', '1', '-1', '2.5', 'train', 'val', 'path', 'label', 'start', 'end', 'split'],
  ...[
    'youtube_id',
    ',',
    '\t',
    ';',
    ' ',
    '|',
    '"',
    '#',
    '\n',
    '\r\n',
    '\r',
    '/',
    '\\',
    '..',
    '\uFEFF',
    '\0',
    'é',
    '[',
    '{"id": "a"}',
    ']',
  ],
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

it.each(['list.csv', 'train.json', 'trainlist01.txt', 'run_test_split1.txt'])(
  'makes of any text in a %s rows that are there, or one line that says what is wrong',
  async (name) => {
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        videos('a.mp4', 'b.mp4', 'run/a.mp4', 'jump/b.mp4');
        write(name, Buffer.from(content));
        try {
          const { rows, task, broken } = await read(name);
          const paths = [at('a.mp4'), at('b.mp4'), at('run'), at('jump'), at('run/a.mp4'), at('jump/b.mp4')];
          for (const row of rows) {
            // A path may also climb out of the folder.
            if (row.path.startsWith(at())) expect([...paths, at()]).toContain(row.path);
            expect(row.target.every((label) => label < task.classes.length)).toBe(true);
          }
          for (const { reason } of broken) expect(reason).not.toMatch(/[\n\r]/);
        } catch (error) {
          expect(error).toBeInstanceOf(MovinetError);
          expect((error as Error).message).not.toMatch(/[\n\r]/);
        }
      }),
      { numRuns: 300, examples: [['"\r{"id": "a"}']] },
    );
  },
);
