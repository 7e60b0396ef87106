import type { Callback, Ending, Run } from '../callback';
import type { EpochRecord, ValidationRecord } from '../run-state';
import { entriesOf, epochEntry, type LogEntry, validationEntry } from './log-entry';

/**
 * What follows a run and writes it down. A run whose log cannot be written is refused before it begins; what fails later is no reason to end it: the log is left out.
 */
export abstract class RunLog implements Callback {
  abstract readonly name: string;
  private checked = false;
  private begun = false;
  /** All that was logged so far. */
  protected entries: LogEntry[] = [];

  get critical(): boolean {
    return !this.checked;
  }

  async onTrainBegin(): Promise<void> {
    this.checked = false;
    this.begun = false;
    await this.check();
    this.checked = true;
  }

  /** Not before: another callback may refuse the run, and an earlier one's log is then as it was. */
  async onEpochBegin(_: number, run: Run): Promise<void> {
    if (this.begun) return;
    this.entries = entriesOf(run.state);
    await this.begin(run);
    this.begun = true;
  }

  async onEpochEnd(record: EpochRecord): Promise<void> {
    await this.log(epochEntry(record));
  }

  async onValidation(record: ValidationRecord): Promise<void> {
    await this.log(validationEntry(record));
  }

  async onTrainEnd(ending: Ending): Promise<void> {
    if (this.begun) await this.end?.(ending);
  }

  private async log(entry: LogEntry): Promise<void> {
    this.entries.push(entry);
    await this.add(entry);
  }

  /** Whether its place can be written. Throws UsageError and OutputError. */
  protected abstract check(): Promise<void>;

  /** Writes what `entries` has already. */
  protected abstract begin(run: Run): Promise<void>;

  /** Writes one more. */
  protected abstract add(entry: LogEntry): Promise<void>;

  protected end?(ending: Ending): Promise<void>;
}
