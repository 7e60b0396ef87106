import { buildConfusionMatrix } from '../../../lib/metrics/confusion-matrix';
import { reportHtml } from '../../../lib/report/page/html';
import type { Prediction } from '../../../lib/report/predictions';
import { AWKWARD_NAMES, exampleHistory, exampleMatrix } from '../examples';
import { interruptedRun, multiLabelRun, singleLabelRun } from './fixtures';

const predictions: Prediction[] = [
  { file: 'right.avi', trueClass: 'a', predictedClass: 'a', probability: 0.9 },
  { file: 'bad <b>.avi', trueClass: 'a', predictedClass: 'b', probability: 0.81 },
];

const withoutScript = (html: string): string => html.slice(0, html.indexOf('<script>'));

test('shows figures, charts, classes, mistakes, configuration and files', async () => {
  const results = { history: exampleHistory(2), confusionMatrix: exampleMatrix(2, ['a', 'b']), predictions };
  const html = await reportHtml(results, ['history.json', 'a model/', 'what? #1.txt']);
  for (const part of [
    'MoViNet run: 2 classes, 2 epochs',
    '97.6 %',
    'id="curve-0-title"',
    'id="confusion-matrix-title"',
    'Most frequent confusions',
    'bad &lt;b&gt;.avi',
    '81.0 %',
    'a0-stream-relu6',
    '{&quot;flip&quot;:true}',
    '<a href="history.json">history.json</a>',
    '<a href="a%20model/">a model/</a>',
    '<a href="what%3F%20%231.txt">',
  ]) {
    expect(html).toContain(part);
  }
  expect(html).not.toContain('right.avi');
  expect(withoutScript(html)).not.toMatch(/NaN|undefined/);
});

test('tells what metrics have beside their number, but for what it draws anyway', async () => {
  const { history } = await singleLabelRun();
  const perClass = [{ class: 'run', support: 1, predicted: 1, precision: 1, recall: 1, f1: 1 }];
  const details = { f1_macro: { perClass }, own: { worst: 3 } };
  const html = await reportHtml({ history: { ...history, evaluate: { metrics: { loss: 1 }, details } } });
  expect(html).toContain('{&quot;worst&quot;:3}');
  expect(html).not.toContain('{&quot;perClass&quot;');
});

test('shows where the time went, the environment, frames of mistakes and what is not the default', async () => {
  const html = await reportHtml(await singleLabelRun());
  expect(html).toMatch(/(limit|balanced)\. Of the time of training steps [0-9.]+ % waited/);
  expect(html).toContain('<th scope="row">TensorFlow</th><td>2.21.0</td>');
  expect(html).toContain('the numbers on this CPU');
  expect(html).toContain('id="reliability-title"');
  expect(html).toMatch(/The expected calibration error, .* is \d+\.\d %/);
  expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(20);
  expect(html.indexOf('<th scope="row">model</th>')).toBeLessThan(html.indexOf('2 more, by their defaults'));
  expect(html.indexOf('2 more, by their defaults')).toBeLessThan(html.indexOf('<th scope="row">frames</th>'));
  expect(html).toContain('Epoch 2, step 4\nValidation 1.5000');
  expect(html).toContain('Learning rate 0.0005');
  expect(withoutScript(html)).not.toMatch(/NaN|undefined/);
});

test('decoding is the limit where steps wait for clips most of their time', async () => {
  const [epoch] = exampleHistory(1).epochs;
  const timing = { decode: 3, copy: 0, compute: 1, validation: 2 };
  const html = await reportHtml({ history: { ...exampleHistory(1), epochs: [{ ...epoch!, seconds: 6, timing }] } });
  expect(html).toContain('Decoding is the limit. Of the time of training steps 75.0 % waited for clips: more threads');
});

test('loads nothing from anywhere, and its policy allows its own script alone', async () => {
  const html = await reportHtml(await singleLabelRun());
  expect(html).not.toMatch(/<link|@import|url\((?!#)|src="(?!data:)/i);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<\/script|<!--/g)).toHaveLength(1);
  expect(html).toMatch(/default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]+=';/);
  expect(html.match(/https?:\/\/[^"' ]+/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg')).toEqual([]);
});

test('escapes class names everywhere', async () => {
  const history = exampleHistory(1, AWKWARD_NAMES);
  const mistakes = AWKWARD_NAMES.map((name, i) => ({
    ...{ file: `${name}.avi`, trueClass: name, predictedClass: AWKWARD_NAMES[(i + 1) % 4]!, probability: 0.5 },
  }));
  const html = await reportHtml({
    ...{ history, confusionMatrix: exampleMatrix(4, AWKWARD_NAMES), predictions: mistakes },
  });
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<dog>');
  expect(html).toContain('cat &amp; &lt;dog&gt;');
});

test.each(['single-label', 'multi-label', 'interrupted'])(
  'every element that is opened is closed in order: %s',
  async (kind) => {
    const made = { 'single-label': () => singleLabelRun(), 'multi-label': multiLabelRun, interrupted: interruptedRun };
    const html = await reportHtml(await made[kind as keyof typeof made](), ['x']);
    const open: string[] = [];
    const body = withoutScript(html).slice(html.indexOf('<body>'));
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, closing, name = '', selfClosing] of body.matchAll(/<(\/?)([\w]+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!selfClosing) open.push(name);
    }
    expect(open).toEqual(['body']);
  },
);

test('a run that was ended at once still has a page', async () => {
  const html = await reportHtml({ history: { epochs: [], metrics: {}, classes: ['a', 'b'], config: {} } });
  expect(html).toContain('MoViNet run: 2 classes, 0 epochs');
  expect(html).not.toContain('<svg');
});

test('without mistakes it says so', async () => {
  const html = await reportHtml({ history: exampleHistory(1), predictions: predictions.slice(0, 1) });
  expect(html).toContain('None: every clip was recognised.');
});

test('of more classes than can be read the matrix shows those with the most mistakes, with the scores of the whole', async () => {
  const classes = Array.from({ length: 300 }, (_, i) => `C${i}`);
  const pairs = Array.from({ length: 900 }, (_, i): [number, number] => [i % 300, i < 10 ? 299 : i % 300]);
  const html = await reportHtml({ history: exampleHistory(0), confusionMatrix: buildConfusionMatrix(pairs, classes) });
  expect(html).toContain('The 120 of 300 classes with the most mistakes are shown');
  expect(html).toContain('True C0, predicted C299: 1 of 3 of this class (33.3 %), of 13 predicted so (7.7 %)');
  expect(html).not.toContain('True C290,');
});
