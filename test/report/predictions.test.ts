import fc from 'fast-check';
import { reportHtml } from '../../lib/report/page/html';
import { predictionsCsv, worstMistakes, type Prediction } from '../../lib/report/predictions';

/** A reader of RFC 4180, independent of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error('unterminated quote');
        if (text[at] !== '"') field += text.charAt(at);
        else if (text[at + 1] === '"') field += text.charAt((at += 1));
        else break;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\n') {
        if (text[at] === '"') throw new Error('a quote inside an unquoted field');
        field += text.charAt(at);
        at += 1;
      }
    }
    row.push(field);
    if (text[at] === ',') at += 1;
    else if (text[at] === '\n') {
      rows.push(row);
      row = [];
      at += 1;
    } else throw new Error(`unexpected ${JSON.stringify(text[at])} after a field`);
  }
  return rows;
}

const example: Prediction = { file: 'a/b.avi', trueClass: 'Archery', predictedClass: 'Biking', probability: 0.25 };

test('header and plain rows', async () => {
  expect(await predictionsCsv([example])).toBe(
    'file,true_class,predicted_class,probability\na/b.avi,Archery,Biking,0.250000\n',
  );
  expect(await predictionsCsv([])).toBe('file,true_class,predicted_class,probability\n');
});

test('rows with spans have start and end, in the page too', async () => {
  const spans = [{ ...example, span: [0, 2.5] as const }, { ...example, span: [2.5, 4] as const }, example];
  expect(await predictionsCsv(spans)).toBe(
    'file,start,end,true_class,predicted_class,probability\na/b.avi,0,2.5,Archery,Biking,0.250000\n' +
      'a/b.avi,2.5,4,Archery,Biking,0.250000\na/b.avi,,,Archery,Biking,0.250000\n',
  );
  const html = await reportHtml({
    history: { epochs: [], metrics: {}, classes: ['a', 'b'], config: {} },
    predictions: spans,
  });
  expect(html).toContain('a/b.avi, 2.5 to 4 s<');
});

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\r\nlines', '"two\r\nlines"'],
  [' padded ', '" padded "'],
  ['=HYPERLINK("x")', '"=HYPERLINK(""x"")"'],
  ['-clip.avi', '"-clip.avi"'],
  ['@clip.avi', '"@clip.avi"'],
  ['plain name.avi', 'plain name.avi'],
])('%j is written as %j', async (file, written) => {
  expect(await predictionsCsv([{ ...example, file }])).toContain(`\n${written},Archery`);
});

test('any names survive a round trip', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab,"\r\n\t =+-@é;'.split('')) });
  const prediction = fc.record({
    file: fc.oneof(text, fc.string()),
    trueClass: text,
    predictedClass: text,
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(prediction), async (predictions) => {
      const [header, ...rows] = parseCsv(await predictionsCsv(predictions));
      expect(header).toEqual(['file', 'true_class', 'predicted_class', 'probability']);
      expect(rows.map((row) => row.slice(0, 3))).toEqual(
        predictions.map(({ file, trueClass, predictedClass }) => [file, trueClass, predictedClass]),
      );
      rows.forEach((row, index) => expect(Number(row[3])).toBeCloseTo(predictions[index]?.probability ?? NaN, 5));
    }),
  );
});

test('many rows are written in turns, each once', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...example, file: `${i}.avi` }));
  const [, ...rows] = parseCsv(await predictionsCsv(many));
  expect(rows.map(([file]) => file)).toEqual(many.map(({ file }) => file));
});

test('the worst mistakes are the surest wrong ones', () => {
  const predictions = [0.3, 0.9, 0.6].map((probability) => ({ ...example, probability }));
  const right = { ...example, predictedClass: 'Archery', probability: 0.99 };
  expect(worstMistakes([...predictions, right], 2).map(({ probability }) => probability)).toEqual([0.9, 0.6]);
});
