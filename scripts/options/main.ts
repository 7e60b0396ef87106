// Writes what is published of the commands' options: `npm run docs:options`.
import { join } from 'node:path';
import { writeFileWhole } from '../../lib/io/whole-file';
import { optionDocuments } from './documents';

async function main(): Promise<void> {
  for (const [path, text] of Object.entries(optionDocuments()))
    await writeFileWhole(join(__dirname, '..', '..', path), text);
}

void main();
