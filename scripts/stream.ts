import { runCommand } from '../lib/cli/program/failure';
import { stream } from '../lib/cli/stream';

void runCommand(stream);
