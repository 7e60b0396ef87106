import { runCommand } from '../lib/cli/program/failure';
import { video } from '../lib/cli/video';

void runCommand(video);
