import { byCodeUnits } from '../../../base/sort';
import type { Turn } from '../../../base/turn';
import type { SkippedVideo } from '../../video/broken-videos';
import { endingOf, type FileKinds } from '../video-extensions';
import type { FolderContent, UnusableEntry } from './folder-content';

/** Kinds of ignored files that are named, and names of any other list. */
const KINDS_SHOWN = 5;
const NAMES_SHOWN = 8;

/** What is met while folders are listed and does not become a clip; whatever the order in which it is met, it is told in one. */
export class Findings {
  private readonly brokenOnes: SkippedVideo[] = [];
  private readonly ignored = new Map<string, number>();
  private readonly waysBack: string[] = [];
  private readonly astray: string[] = [];
  private readonly plain: string[] = [];

  constructor(private readonly kinds: FileKinds) {}

  get broken(): SkippedVideo[] {
    return this.brokenOnes.sort((a, b) => byCodeUnits(a.path, b.path));
  }

  addBroken({ path, reason }: Pick<UnusableEntry, 'path' | 'reason'>): void {
    this.brokenOnes.push({ path, reason });
  }

  /** What a folder holds beside its clips and sub-folders. Pictures are ignored where they are not themselves a clip. */
  async addRest(content: FolderContent, turn: Turn, arePicturesIgnored = true): Promise<void> {
    const { others, useless, lost, waysBack, pictures } = content;
    for (const { name } of [...others, ...useless, ...(arePicturesIgnored ? pictures : [])]) {
      if (turn.over) await turn.next();
      const ending = endingOf(name);
      const kind = /^\.[a-z0-9_~+-]{1,16}$/.test(ending) ? ending : '';
      this.ignored.set(kind, (this.ignored.get(kind) ?? 0) + 1);
    }
    for (const { path } of waysBack) this.waysBack.push(path);
    for (const entry of lost) this.addBroken(entry);
  }

  /** Of a folder that should hold folders only: videos that belong to no class. */
  async addAstray(content: FolderContent, turn: Turn): Promise<void> {
    await this.addRest(content, turn);
    for (const { path } of content.videos) this.astray.push(path);
  }

  note(text: string): void {
    this.plain.push(text);
  }

  /** A line for each thing that is worth one. */
  notes(): string[] {
    const astray = this.astray.sort(byCodeUnits);
    const waysBack = this.waysBack.sort(byCodeUnits);
    const notes = [...this.plain];
    if (astray.length > 0) notes.push(`videos outside of the class folders, left out: ${someOf(astray)}`);
    if (waysBack.length > 0)
      notes.push(`links that lead back to a folder above them, not followed: ${someOf(waysBack)}`);
    if (this.ignored.size > 0) notes.push(this.ignoredNote());
    return notes;
  }

  private ignoredNote(): string {
    const kinds = [...this.ignored].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || byCodeUnits(a, b));
    const total = kinds.reduce((sum, [, count]) => sum + count, 0);
    const named = kinds.slice(0, KINDS_SHOWN).map(([ending, count]) => {
      const remark = this.kinds.isKnownVideo(`x${ending}`) ? ' (not in `extensions`)' : '';
      return `${count} ${ending === '' ? 'without a usual ending' : ending}${remark}`;
    });
    const more = kinds.length - named.length;
    if (more > 0) named.push(`and ${more} more ${more === 1 ? 'kind' : 'kinds'}`);
    return `ignored ${total} ${total === 1 ? 'file' : 'files'}: ${named.join(', ')}`;
  }
}

/** The first few, and how many more there are. */
export function someOf<T>(items: readonly T[], nameOf: (item: T) => string = String): string {
  const shown = items.slice(0, NAMES_SHOWN).map(nameOf).join(', ');
  return items.length > NAMES_SHOWN ? `${shown} and ${items.length - NAMES_SHOWN} more` : shown;
}
