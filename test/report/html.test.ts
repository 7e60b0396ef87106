import { reportHtml } from '../../lib/report/html';
import type { Prediction } from '../../lib/report/predictions';
import { AWKWARD_NAMES, exampleHistory, exampleMatrix } from './examples';

const predictions: Prediction[] = [
  { file: 'right.avi', trueClass: 'a', predictedClass: 'a', probability: 0.9 },
  { file: 'bad <b>.avi', trueClass: 'a', predictedClass: 'b', probability: 0.81 },
];

test('shows figures, charts, classes, mistakes, configuration and files', () => {
  const html = reportHtml({ history: exampleHistory(2), confusionMatrix: exampleMatrix(2, ['a', 'b']), predictions }, [
    'history.json',
    'a model/',
  ]);
  for (const part of [
    'MoViNet run: 2 classes, 2 epochs',
    '97.6 %',
    'id="learning-curves-title"',
    'id="confusion-matrix-title"',
    'Most frequent confusions',
    'bad &lt;b&gt;.avi',
    '81.0 %',
    'a0-stream-relu6',
    '{&quot;flip&quot;:true}',
    '<a href="history.json">history.json</a>',
    '<a href="a%20model/">a model/</a>',
  ]) {
    expect(html).toContain(part);
  }
  expect(html).not.toContain('right.avi');
  expect(html).not.toMatch(/NaN|undefined/);
});

test('loads nothing from anywhere', () => {
  const html = reportHtml({ history: exampleHistory(2), confusionMatrix: exampleMatrix(3), predictions });
  expect(html).not.toMatch(/<script|<link|<img|@import|src=/i);
  expect(html.match(/https?:\/\/[^"' ]+/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg')).toEqual([]);
});

test('escapes class names everywhere', () => {
  const history = exampleHistory(1, AWKWARD_NAMES);
  const html = reportHtml({ history, confusionMatrix: exampleMatrix(4, AWKWARD_NAMES) });
  expect(html).not.toContain('<script>');
  expect(html).not.toContain('<dog>');
  expect(html).toContain('cat &amp; &lt;dog&gt;');
});

test('every element that is opened is closed in order', () => {
  const html = reportHtml({ history: exampleHistory(2), confusionMatrix: exampleMatrix(12), predictions }, ['x']);
  const open: string[] = [];
  const body = html.slice(html.indexOf('<body>'), html.indexOf('</html>'));
  for (const [, closing, name = '', selfClosing] of body.matchAll(/<(\/?)([\w]+)[^>]*?(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!selfClosing) open.push(name);
  }
  expect(open).toEqual([]);
});

test('a run that was ended at once still has a page', () => {
  const html = reportHtml({ history: { epochs: [], metrics: {}, classes: ['a', 'b'], config: {} } });
  expect(html).toContain('MoViNet run: 2 classes, 0 epochs');
  expect(html).not.toContain('<svg');
});

test('without mistakes it says so', () => {
  const html = reportHtml({ history: exampleHistory(1), predictions: predictions.slice(0, 1) });
  expect(html).toContain('None: every clip was recognised.');
});
