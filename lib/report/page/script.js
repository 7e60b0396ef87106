// @ts-check
// What the report page can do where scripts run. Without it everything is there too, only nothing sorts, and charts tell their values by the browser's own tooltips.
'use strict';

/**
 * @template {Element} E
 * @param {string} selector
 * @param {{ new (): E }} type
 * @param {ParentNode} within
 * @returns {E[]}
 */
function all(selector, type, within = document) {
  return [...within.querySelectorAll(selector)].flatMap((found) => (found instanceof type ? [found] : []));
}

/** A button beside the title: light or dark, whatever the system has. */
function addThemeButton() {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'theme';
  const name = () => (button.textContent = isDark() ? 'Light' : 'Dark');
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    name();
  });
  system.addEventListener('change', name);
  name();
  document.querySelector('.title')?.append(button);
}

/**
 * What a cell is sorted by: its exact number, the number that it shows, or its text.
 * @param {HTMLTableRowElement} row
 * @param {number} column
 * @param {boolean} asNumber
 */
function keyOf(row, column, asNumber) {
  const cell = row.cells[column];
  const text = cell?.textContent ?? '';
  return asNumber ? Number.parseFloat(cell?.dataset.value ?? text) : text;
}

/**
 * A click on a heading sorts by it: numbers from the largest, texts from A; a second one turns it round.
 * @param {HTMLTableElement} table
 */
function makeSortable(table) {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (body === undefined) return;
  headings.forEach((heading, column) => {
    const asNumber = heading.classList.contains('number');
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const before = heading.getAttribute('aria-sort');
      const ascending = before === null ? !asNumber : before === 'descending';
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row, column, asNumber) }));
      const sign = ascending ? 1 : -1;
      keyed.sort(({ key: a }, { key: b }) =>
        typeof a === 'number' && typeof b === 'number'
          ? sign * (a - b)
          : sign * String(a).localeCompare(String(b), undefined, { numeric: true }),
      );
      body.append(...keyed.map(({ row }) => row));
    });
  });
}

/** One note for all charts, which tells the values of the mark under the pointer or chosen by keyboard; it is read out. */
class Tip {
  constructor() {
    this.element = document.createElement('div');
    this.element.className = 'tip';
    this.element.setAttribute('role', 'status');
    document.body.append(this.element);
    /** @type {Element | undefined} */
    this.mark = undefined;
  }

  /** @param {SVGGElement} mark */
  show(mark) {
    if (mark === this.mark) return;
    this.hide();
    this.mark = mark;
    mark.classList.add('current');
    const { element } = this;
    element.textContent = mark.dataset.tip ?? '';
    this.place();
  }

  /** Above its mark, or below where there is no room. */
  place() {
    const { element, mark } = this;
    if (mark === undefined) return;
    const shape = (mark.querySelector('.rule') ?? mark).getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.min(Math.max(4, shape.left + shape.width / 2 - width / 2), room - width - 4);
    const above = shape.top - height - 8;
    const top = above >= 4 ? above : shape.bottom + 8;
    element.style.left = `${left + scrollX}px`;
    element.style.top = `${Math.min(top, innerHeight - height - 4) + scrollY}px`;
  }

  hide() {
    this.mark?.classList.remove('current');
    this.mark = undefined;
    this.element.textContent = '';
    this.element.style.left = this.element.style.top = '0';
  }
}

/**
 * The mark that an arrow key leads to: left and right by the order of the marks, up and down to the nearest of another row, where there are rows.
 * @param {readonly SVGGElement[]} marks
 * @param {number} from
 * @param {string} key
 * @returns {number | undefined}
 */
function markTowards(marks, from, key) {
  if (key === 'Home') return 0;
  if (key === 'End') return marks.length - 1;
  if (from < 0) return key.startsWith('Arrow') ? 0 : undefined;
  if (key === 'ArrowRight') return Math.min(marks.length - 1, from + 1);
  if (key === 'ArrowLeft') return Math.max(0, from - 1);
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const here = marks[from]?.getBoundingClientRect();
  const row = Number(marks[from]?.dataset.row);
  if (here === undefined || Number.isNaN(row)) return undefined;
  const sign = key === 'ArrowDown' ? 1 : -1;
  const others = marks
    .map((mark, index) => ({ index, rows: sign * (Number(mark.dataset.row) - row), box: mark.getBoundingClientRect() }))
    .filter(({ rows }) => rows > 0)
    .map(({ index, rows, box }) => ({ index, rows, aside: Math.abs(box.left - here.left) }))
    .sort((a, b) => a.rows - b.rows || a.aside - b.aside);
  return others[0]?.index ?? from;
}

/**
 * @param {HTMLElement} chart
 * @param {Tip} tip
 */
function makeReadable(chart, tip) {
  const marks = all('.mark', SVGGElement, chart);
  for (const title of all('title', SVGTitleElement, chart)) {
    const owner = title.parentElement ?? title.parentNode;
    if (owner instanceof SVGGElement && owner.classList.contains('mark')) owner.dataset.tip = title.textContent ?? '';
    if (owner instanceof SVGSVGElement) {
      owner.setAttribute('aria-label', title.textContent ?? '');
      owner.removeAttribute('aria-labelledby');
    }
    // The browser would show it beside the note. Names of rows and columns, which may be shortened, stay.
    if (!(owner instanceof SVGTextElement)) title.remove();
  }
  if (marks.length === 0) return;
  chart.tabIndex = 0;
  const label = chart.getAttribute('aria-label') ?? '';
  chart.setAttribute('aria-label', `${label}. Arrow keys read its values`);
  let at = -1;
  const choose = (/** @type {number} */ index) => {
    const mark = marks[index];
    if (mark === undefined) return;
    at = index;
    mark.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    tip.show(mark);
  };
  const underPointer = (/** @type {PointerEvent} */ { target }) => {
    const mark = target instanceof Element ? target.closest('.mark') : null;
    if (mark instanceof SVGGElement) tip.show(mark);
    else tip.hide();
  };
  chart.addEventListener('pointermove', underPointer);
  chart.addEventListener('pointerdown', underPointer);
  chart.addEventListener('pointerleave', ({ pointerType }) => {
    // A finger that is lifted leaves too.
    if (pointerType === 'mouse') tip.hide();
  });
  chart.addEventListener('scroll', () => tip.place());
  chart.addEventListener('blur', () => {
    at = -1;
    tip.hide();
  });
  chart.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tip.hide();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = markTowards(marks, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  });
}

/** What scrolls can be reached by keyboard. */
function reachScrollers() {
  for (const box of all('.scroll', HTMLElement)) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
  }
}

addThemeButton();
for (const table of all('table[data-sorts]', HTMLTableElement)) makeSortable(table);
const tip = new Tip();
for (const chart of all('.chart', HTMLElement)) makeReadable(chart, tip);
reachScrollers();
addEventListener('resize', reachScrollers);
// Paper cannot be unfolded.
addEventListener('beforeprint', () => {
  for (const details of all('details', HTMLDetailsElement)) details.open = true;
});
