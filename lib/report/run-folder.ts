import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { UsageError } from '../base/errors';
import { removeFile, writeFileWhole } from '../io/whole-file';
import { confusionMatrixJson } from '../metrics/confusion-matrix';
import { historyJson } from '../metrics/history/history';
import { labelScoresJson } from '../metrics/label-scores';
import { reportHtml } from './page/html';
import { checkWritable, makeFolder, makeFreshFolder } from '../io/folders';
import { outputError } from '../io/output-failure';
import { labelPredictionsCsv } from './label-predictions';
import { renderPng } from './png';
import { predictionsCsv } from './predictions';
import type { RunResults } from './results';
import { confusionMatrixChart, type Chart } from './svg/confusion-matrix-chart';
import { learningCurvesChart } from './svg/learning-curves-chart';

/** `runs/2026-01-31T23-59-59`: local time, without characters that a shell or another system dislikes. */
export function defaultRunFolderName(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-');
  return join('runs', `${date}T${time}`);
}

/** Every file that `writeReports` writes, where the results allow. */
export const REPORT_FILES: readonly string[] = [
  'history.json',
  ...['learning_curves', 'confusion_matrix'].flatMap((chart) => [`${chart}.svg`, `${chart}.png`]),
  'confusion_matrix.json',
  'label_scores.json',
  'predictions.csv',
  'report.html',
];

/** The folder that a run writes its results into. */
export class RunFolder {
  private constructor(
    /** As it was given, to be shown to the user. */
    readonly path: string,
  ) {}

  /**
   * Opens `path`, made where it is missing, or a new folder under `runs/` named by the date and time. A folder that holds
   * files already is welcome: files of the same names are replaced.
   *
   * @throws OutputError when the folder cannot be made or written into.
   */
  static async open(path?: string, now: Date = new Date()): Promise<RunFolder> {
    const wanted = path ?? defaultRunFolderName(now);
    try {
      const made = path === undefined ? await makeFreshFolder(wanted) : wanted;
      await makeFolder(made);
      await checkWritable(made);
      return new RunFolder(made);
    } catch (error) {
      throw outputError('write into the output folder', wanted, error);
    }
  }

  /**
   * The absolute path of a file or folder inside.
   *
   * @throws UsageError for a name that would lead out of the folder.
   */
  resolve(name: string): string {
    const inside = normalize(name);
    if (isAbsolute(inside) || inside === '..' || inside.startsWith('../')) {
      throw new UsageError(`"${name}" leads out of the run folder: name a file inside of it`);
    }
    return resolve(this.path, inside);
  }

  /**
   * Writes one file as a whole or not at all; folders in its name are made.
   *
   * @throws OutputError naming the file and saying what to do.
   */
  async writeAtomically(name: string, content: string | Uint8Array): Promise<void> {
    const path = this.resolve(name);
    const parent = dirname(path);
    try {
      await makeFolder(parent);
    } catch (error) {
      throw outputError('make the folder', parent, error);
    }
    await writeFileWhole(path, content);
  }

  /** Removes a file where there is one. Throws OutputError. */
  async remove(name: string): Promise<void> {
    await removeFile(this.resolve(name));
  }

  private async writeChart(name: string, chart: Chart): Promise<readonly string[]> {
    await this.writeAtomically(`${name}.svg`, chart.svg);
    await this.writeAtomically(`${name}.png`, await renderPng(chart.svg, chart.width));
    return [`${name}.svg`, `${name}.png`];
  }

  /**
   * Writes all that the results allow: `history.json`, `learning_curves.{svg,png}`, `confusion_matrix.{json,svg,png}`
   * or `label_scores.json`, `predictions.csv` and last `report.html`, which links to whatever the folder holds. Those of an earlier run that these results do not
   * replace are removed: nothing stands beside a history that is not its own.
   *
   * @returns the names written.
   */
  async writeReports(results: RunResults): Promise<readonly string[]> {
    const { history, confusionMatrix, predictions, labels } = results;
    const names = ['history.json'];
    await this.writeAtomically('history.json', historyJson(history));
    if (confusionMatrix !== undefined) {
      await this.writeAtomically('confusion_matrix.json', confusionMatrixJson(confusionMatrix));
      names.push('confusion_matrix.json');
    }
    if (predictions !== undefined) {
      await this.writeAtomically('predictions.csv', await predictionsCsv(predictions));
      names.push('predictions.csv');
    }
    if (labels !== undefined) {
      await this.writeAtomically('label_scores.json', labelScoresJson(labels.scores, labels.averagePrecision));
      await this.writeAtomically('predictions.csv', await labelPredictionsCsv(labels.predictions));
      names.push('label_scores.json', 'predictions.csv');
    }
    names.push(...(await this.writeCharts(results)), 'report.html');
    await this.removeAllBut(names);
    await this.writePage(results);
    return names;
  }

  /** Draws the charts and the page alone, of results that the folder's files tell. Returns the names written. Throws {@link OutputError}. */
  async draw(results: RunResults): Promise<readonly string[]> {
    const names = await this.writeCharts(results);
    await this.writePage(results);
    return [...names, 'report.html'];
  }

  private async writeCharts({ history, confusionMatrix }: RunResults): Promise<string[]> {
    const names: string[] = [];
    if (history.epochs.length > 0)
      names.push(...(await this.writeChart('learning_curves', learningCurvesChart(history))));
    if (confusionMatrix !== undefined)
      names.push(...(await this.writeChart('confusion_matrix', confusionMatrixChart(confusionMatrix))));
    return names;
  }

  private async writePage(results: RunResults): Promise<void> {
    await this.writeAtomically('report.html', await reportHtml(results, await this.linkTargets()));
  }

  private async removeAllBut(names: readonly string[]): Promise<void> {
    for (const name of REPORT_FILES.filter((file) => !names.includes(file))) {
      await this.remove(name);
    }
  }

  /** What the page links to: all that lies in the folder but the page itself and hidden or temporary files. */
  private async linkTargets(): Promise<readonly string[]> {
    const entries = await readdir(this.path, { withFileTypes: true });
    return entries
      .filter(({ name }) => name !== 'report.html' && !name.startsWith('.') && !name.endsWith('.tmp'))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort();
  }
}
