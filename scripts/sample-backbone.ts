import { runCommand } from '../lib/cli/failure';
import { sampleBackbone } from '../lib/cli/sample-backbone';

void runCommand(sampleBackbone);
