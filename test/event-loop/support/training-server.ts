/** A process of its own: answers over HTTP while it trains, prints its port first and at the end what it did. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as movinet from '../../../lib';
import { measureLoop } from '../../support/loop-meter';

const [videos = '', weights = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  movinet.loadAddon();
  const data = await movinet.loadVideoDataset(videos, {
    ...{ size: 64, frames: 4, batchSize: 4, split: '0.8', indexCache: false },
  });
  const { classes, train } = data;
  let answers = 0;
  const server = createServer((_, response) => {
    answers += 1;
    response.end('here');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
  const model = await movinet.createClassifier({ model: 'a0-stream-relu6', classes, weights, clip: train.clip });
  using trainer = new movinet.Trainer({ model, unfreeze: 'all' });
  const { longestMs, turns } = await measureLoop(() => trainer.fit(train, { epochs: 1 }));
  server.close();
  server.closeAllConnections();
  process.stdout.write(`${JSON.stringify({ answers, longestMs, turns })}\n`);
}

void main();
