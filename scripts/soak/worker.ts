// One series in a process of its own: what it holds, as a line of JSON each. Arguments: the series, its steps, the readings, the material as JSON.
import { read } from './reading';
import { type Material, SERIES } from './series';

async function main([name, steps, readings, material]: readonly string[]): Promise<void> {
  const series = SERIES.find((one) => one.name === name);
  if (series === undefined) throw new Error(`there is no series ${name}`);
  const every = Math.max(1, Math.floor(Number(steps) / Number(readings)));
  await series.run(JSON.parse(material as string) as Material, Number(steps), async (step) => {
    if (step % every === 0) process.stdout.write(`${JSON.stringify(await read(step))}\n`);
  });
}

void main(process.argv.slice(2));
