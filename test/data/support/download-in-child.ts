/** Run as a process of its own, to be killed in the middle: downloads a subset of UCF101 from `argv[2]` to `argv[3]`. */
import { downloadUcf101Subset } from '../../../lib/data/lists/ucf101';

const [, , url, folder] = process.argv;
void downloadUcf101Subset({ url, folder, classes: 2, filesPerClass: { train: 3, test: 2 }, concurrency: 2 });
