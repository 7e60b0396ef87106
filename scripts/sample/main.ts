import { runCommand } from '../../lib/cli/program/failure';
import { sampleBackbone } from './backbone';

void runCommand(sampleBackbone);
