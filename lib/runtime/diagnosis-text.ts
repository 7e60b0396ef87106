import type { Diagnosis, LibraryDescription } from './diagnosis';

const LABEL_WIDTH = 16;

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function libraryText({ path, version }: LibraryDescription): string {
  if (path !== undefined) return `${version ?? 'unknown version'}, ${path}`;
  return version === undefined ? 'not found' : `${version}, in the addon`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** The diagnosis as lines for a person, the problems last. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { versions, cpu, nvidia, tensorflow, opencv, ffmpeg, addon } = diagnosis;
  const lines = Object.entries(versions).map(([name, version]) => row(name, version ?? 'not found'));
  lines.push(
    row('CPU', `${cpu.model}, ${cpu.processors} processors, ${gib(cpu.memoryBytes)} memory`),
    row(
      'CPU features',
      `${cpu.features.join(', ')}${cpu.lacking.length > 0 ? ` (not ${cpu.lacking.join(', ')})` : ''}`,
    ),
    row('NVIDIA driver', nvidia.driver ?? 'none'),
    ...nvidia.gpus.map((gpu) =>
      row('GPU', `${gpu.name}, ${gpu.memoryMiB} MiB, compute capability ${gpu.computeCapability}`),
    ),
    row(
      'TensorFlow',
      tensorflow.path === undefined
        ? 'not found'
        : `${tensorflow.version ?? 'unknown version'} (${tensorflow.build ?? 'unknown'} build), ${tensorflow.path}`,
    ),
    row('OpenCV', libraryText(opencv)),
    row('libavformat', libraryText(ffmpeg)),
    row('addon', `${addon.loads ? 'loads' : 'cannot be loaded'}, ${addon.path}`),
    ...tensorflow.devices.map((device) => row('device', `${device.name.replace(/^.*device:/, '')} (${device.type})`)),
    ...diagnosis.cudaLibraries.map((library) => row('', `${library.soname}: ${library.path ?? 'MISSING'}`)),
    ...diagnosis.setup.map((step) => row('set-up', `${step.name}: ${step.done ? 'done' : 'not done'}`)),
  );
  const { problems } = diagnosis;
  lines.push(
    '',
    ...(problems.length === 0 ? ['No problems found.'] : problems.map((problem) => `Problem: ${problem}`)),
  );
  return lines.join('\n');
}
