import { coloursFor, isTerminal, wantsColour } from '../../../lib/cli/terminal/terminal';

const terminal = { isTTY: true };
const pipe = {};

test('a dumb terminal cannot redraw lines', () => {
  expect(isTerminal(terminal, { TERM: 'xterm' })).toBe(true);
  expect(isTerminal(terminal, { TERM: 'dumb' })).toBe(false);
  expect(isTerminal(pipe, { TERM: 'xterm' })).toBe(false);
});

test.each([
  ['a terminal', terminal, {}, true],
  ['a pipe', pipe, {}, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['NO_COLOR and FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
])('%s', (_name, stream, environment, expected) => {
  expect(wantsColour(stream, environment)).toBe(expected);
  expect(coloursFor(stream, environment).red('x') === 'x').toBe(!expected);
});
