import { runCommand } from '../lib/cli/failure';
import { sampleBackbone } from './sample/backbone';

void runCommand(sampleBackbone);
