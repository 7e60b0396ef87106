import { runCommand } from '../lib/cli/program/failure';
import { predict } from '../lib/cli/predict';

void runCommand(predict);
