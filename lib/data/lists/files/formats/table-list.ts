import { placesOfPath, type ListContent } from '../entry';
import { readTable } from '../text/table';
import { completeKinetics } from './kinetics-lists';
import { namesFor, type ReadingContext, videoNames } from './reading';

/** Reads a list in columns: of paths, or of YouTube's ids as Kinetics has them. */
export async function readTableList(path: string, context: ReadingContext): Promise<ListContent> {
  const names = await namesFor(context);
  const table = await readTable(path, { names, isVideo: videoNames(context.extensions), signal: context.signal });
  if (table.youtube) return completeKinetics(path, table, context);
  const { entries, broken, notes } = table;
  return {
    ...{ path, entries, broken, notes, names, usualFolders: ['videos'] },
    places: ({ video }) => placesOfPath(video),
  };
}
