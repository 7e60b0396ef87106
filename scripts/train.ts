import { runCommand } from '../lib/cli/failure';
import { train } from '../lib/cli/train';

void runCommand(train);
