import { Turn } from '../../base/turn';
import type { History } from '../../metrics/history/history';
import type { RunResults } from '../results';
import { element, escapeXml } from '../svg/markup';
import { htmlDocument } from './document';
import { anchorOf, type Section } from './parts';
import { classesSection } from './sections/classes';
import { configurationSection, detailsSection, filesSection } from './sections/configuration';
import { confusionSections } from './sections/confusion';
import { curvesSection } from './sections/curves';
import { environmentSection } from './sections/environment';
import { keyFigures } from './sections/figures';
import { labelSections } from './sections/labels';
import { mistakesSection } from './sections/mistakes';
import { reliabilitySection } from './sections/reliability';
import { timeSection } from './sections/time';

const MOST_NAMED_CLASSES = 12;

type Made = Section | undefined | readonly (Section | undefined)[];

/** The page's sections in their order, each made when it is its turn. */
const SECTIONS: readonly ((results: RunResults, files: readonly string[]) => Made)[] = [
  ({ history }) => curvesSection(history),
  ({ confusionMatrix }) => confusionMatrix && confusionSections(confusionMatrix),
  ({ confusionMatrix: matrix }) =>
    matrix && classesSection(matrix.perClass, matrix.macro, { file: 'confusion_matrix.json' }),
  ({ reliability }) => reliability && reliabilitySection(reliability),
  ({ predictions, strips }) => predictions && mistakesSection(predictions, strips),
  ({ labels, strips }) => labels && labelSections(labels, strips),
  ({ history }) => detailsSection(history),
  ({ history }) => timeSection(history),
  ({ history }) => environmentSection(history.environment),
  ({ history, changed }) => configurationSection(history, changed),
  (_, files) => filesSection(files),
];

/**
 * One page that shows a whole run. It loads nothing: no font, no picture from elsewhere, and its policy allows no script but its own, without which everything is
 * there too. However long a run and however many its classes and clips, it stays below some megabytes: what it leaves out it names, with the file that has it.
 *
 * @param files names beside the page, relative to it, to link to.
 */
export async function reportHtml(results: RunResults, files: readonly string[] = []): Promise<string> {
  const { history } = results;
  const sections: Section[] = [];
  const turn = new Turn();
  for (const make of SECTIONS) {
    if (turn.over) await turn.next();
    sections.push(...[make(results, files)].flat().filter((one) => one !== undefined));
  }
  const title = titleFor(history);
  return htmlDocument({ title, header: header(title, history, sections), figures: keyFigures(results), sections });
}

function titleFor({ classes, epochs }: History): string {
  return `MoViNet run: ${classes.length} classes, ${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
}

function header(title: string, { classes, ended }: History, sections: readonly Section[]): string {
  const shown = classes.slice(0, MOST_NAMED_CLASSES).join(', ');
  const more = classes.length > MOST_NAMED_CLASSES ? ` and ${classes.length - MOST_NAMED_CLASSES} more` : '';
  const state = ended?.kind === 'diverged' || ended?.kind === 'failed' ? 'state bad' : 'state';
  const links = sections.map((one) =>
    element('li', {}, element('a', { href: `#${anchorOf(one)}` }, escapeXml(one.heading))),
  );
  return element(
    'header',
    {},
    element('div', { class: 'title' }, element('h1', {}, escapeXml(title))),
    element('p', { class: 'muted' }, escapeXml(shown + more)),
    ended === undefined ? '' : element('p', { class: state }, escapeXml(ended.why)),
    element('nav', { 'aria-label': 'Contents' }, element('ul', {}, ...links)),
  );
}
