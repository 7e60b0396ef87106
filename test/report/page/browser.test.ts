import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { PNG } from 'pngjs';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { reportHtml } from '../../../lib/report/page/html';
import { findChromium } from './chromium';
import { interruptedRun, multiLabelRun, singleLabelRun } from './fixtures';

const chromium = findChromium();
const RUNS = {
  'single-label': () => singleLabelRun(),
  'multi-label': multiLabelRun,
  interrupted: interruptedRun,
  'of 120 classes': () => singleLabelRun(120, 900, 60),
};
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

const folder = mkdtempSync(join(tmpdir(), 'movinet-pages-'));
let browser: Browser;

/** A page of a run, and what it said and asked for that it should not have. */
async function open(
  run: keyof typeof RUNS,
  { scheme = 'light', viewport = DESKTOP, scripts = true } = {},
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage();
  const faults: string[] = [];
  const path = pathToFileURL(join(folder, `${run}.html`)).href;
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== path && !request.url().startsWith('data:')) faults.push(request.url());
  });
  await page.setJavaScriptEnabled(scripts);
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(path);
  return { page, faults };
}

/** What an expression is in the page. */
const inPage = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;

const tip = (page: Page): Promise<string> => inPage(page, `document.querySelector('.tip').textContent`);

/** The mean lightness from 0 to 255, and how many colours there are. */
async function lookOf(page: Page): Promise<{ lightness: number; colours: number }> {
  const { data } = PNG.sync.read(Buffer.from(await page.screenshot()));
  const colours = new Set<number>();
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    sum += (data[i]! + data[i + 1]! + data[i + 2]!) / 3;
    colours.add(data.readUInt32BE(i));
  }
  return { lightness: sum / (data.length / 4), colours: colours.size };
}

(chromium === undefined ? describe.skip : describe)(chromium === undefined ? 'no Chromium here' : 'in Chromium', () => {
  beforeAll(async () => {
    for (const [name, run] of Object.entries(RUNS))
      writeFileSync(join(folder, `${name}.html`), await reportHtml(await run(), ['history.json', 'model/']));
    // Root has no sandbox there.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await launch({ executablePath: chromium!, args });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test.each(Object.keys(RUNS) as (keyof typeof RUNS)[])(
    'a run %s opens without a fault, fits a phone and keeps nobody out, light or dark',
    async (run) => {
      const isLarge = run === 'of 120 classes';
      for (const scheme of isLarge ? ['light'] : ['light', 'dark']) {
        const { page, faults } = await open(run, { scheme, viewport: PHONE });
        expect(await inPage(page, 'document.documentElement.scrollWidth')).toBe(PHONE.width);
        await inPage(page, `for (const one of document.querySelectorAll('details')) one.open = true`);
        await page.evaluate(axe.source);
        // Contrast, which takes a second for a hundred numbers of a chart, is that of the small runs.
        const { violations } = await inPage<axe.AxeResults>(
          page,
          `axe.run({ rules: { 'color-contrast': { enabled: ${!isLarge} } } })`,
        );
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
        expect(await inPage(page, 'document.documentElement.scrollWidth')).toBe(PHONE.width);
        expect(faults).toEqual([]);
        await page.close();
      }
    },
  );

  test('is light or dark as the system is, or as its button says', async () => {
    const { page } = await open('single-label');
    const light = await lookOf(page);
    await page.click('button.theme');
    const chosen = await lookOf(page);
    await page.close();
    const { page: other } = await open('single-label', { scheme: 'dark' });
    const dark = await lookOf(other);
    await other.close();
    expect(light.lightness).toBeGreaterThan(200);
    expect(dark.lightness).toBeLessThan(60);
    expect(chosen.lightness).toBeLessThan(60);
    expect(Math.min(light.colours, dark.colours)).toBeGreaterThan(50);
  });

  test('the table of classes sorts by a click and by keyboard, and says so', async () => {
    const { page } = await open('of 120 classes');
    const column = (cell: number): Promise<string[]> =>
      inPage(
        page,
        `[...document.querySelectorAll('table[data-sorts] tbody tr')].map((row) => row.cells[${cell}].textContent)`,
      );
    const sorted = (): Promise<string[]> =>
      inPage(page, `[...document.querySelectorAll('[aria-sort]')].map((one) => one.textContent + ' ' + one.ariaSort)`);
    const before = await column(5);
    const byNumber = [...before].sort((a, b) => Number(b) - Number(a));
    expect(before).not.toEqual(byNumber);
    await page.click('table[data-sorts] th:nth-child(6) button');
    expect([await column(5), await sorted()]).toEqual([byNumber, ['F1 descending']]);
    await page.keyboard.press('Enter');
    expect([await column(5), await sorted()]).toEqual([byNumber.reverse(), ['F1 ascending']]);
    await page.focus('table[data-sorts] th:nth-child(1) button');
    await page.keyboard.press('Space');
    const names = await column(0);
    expect([names, await sorted()]).toEqual([[...names].sort(), ['Class ascending']]);
    await page.close();
  });

  test('charts tell their values under the pointer and by arrow keys', async () => {
    const { page } = await open('single-label');
    await page.hover('.chart.curve .mark:nth-of-type(3)');
    expect(await tip(page)).toMatch(/^Epoch \d.*\nTrain|Validation \d/s);
    await page.hover('h1');
    expect(await tip(page)).toBe('');
    await page.focus('.chart.heat');
    await page.keyboard.press('ArrowRight');
    expect(await tip(page)).toMatch(/^True Class000, predicted Class000: \d+ of 20 of this class \(/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await tip(page)).toMatch(/^True Class001, predicted Class001: /);
    const inSight = await inPage<boolean>(
      page,
      `(() => { const { top, bottom } = document.querySelector('.tip').getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; })()`,
    );
    expect(inSight).toBe(true);
    await page.keyboard.press('Escape');
    expect(await tip(page)).toBe('');
    await page.keyboard.press('End');
    expect(await tip(page)).toMatch(/^True Class005, predicted Class005: /);
    await page.keyboard.press('Tab');
    expect(await tip(page)).toBe('');
    await page.close();
  });

  test('without scripts everything is there, and the browser itself tells the values', async () => {
    const { page, faults } = await open('single-label', { scripts: false });
    const text = await inPage<string>(page, `document.querySelector('main').textContent`);
    for (const part of ['Learning rate', 'Confusion matrix', 'Macro F1', 'Reliability', 'Worst mistakes', 'TensorFlow'])
      expect(text).toContain(part);
    expect(await page.$$('button, .tip')).toEqual([]);
    expect((await page.$$('.mark > title')).length).toBeGreaterThan(50);
    expect((await page.$$('.mistakes img')).length).toBe(20);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('prints on a few sheets', async () => {
    const { page } = await open('single-label', { scheme: 'dark' });
    const pdf = Buffer.from(await page.pdf({ format: 'a4', printBackground: false })).toString('latin1');
    const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThan(2);
    expect(sheets).toBeLessThan(16);
    await page.close();
  });
});
