import { runCommand } from '../lib/cli/failure';
import { stream } from '../lib/cli/stream';

void runCommand(stream);
