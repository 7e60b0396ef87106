import { runCommand } from '../lib/cli/program/failure';
import { train } from '../lib/cli/train';

void runCommand(train, process, { needsReader: false });
