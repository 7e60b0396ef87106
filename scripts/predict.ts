import { runCommand } from '../lib/cli/failure';
import { predict } from '../lib/cli/predict';

void runCommand(predict);
