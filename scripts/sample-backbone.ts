import { runCommand } from '../lib/cli/program/failure';
import { sampleBackbone } from './sample/backbone';

void runCommand(sampleBackbone);
