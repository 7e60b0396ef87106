import { isDecoding, type ModelWork, type Work } from './works';

/** What a peer is given of a network: TensorFlow's frozen graph or what is converted from it; an official checkpoint; or each array by itself. */
export type ModelFormat = 'graph' | 'onnx' | 'tflite' | 'checkpoint' | 'arrays';

export interface Peer {
  readonly name: string;
  /** As people know it. */
  readonly title: string;
  /** The Python environment that it runs in, see `environmentFile`. */
  readonly environment: string;
  /** The script of `scripts/python/peers/` that speaks for it. */
  readonly script: string;
  /** What a network comes to it in; none for one that decodes videos. */
  readonly format?: ModelFormat;
  /** Whether it can compute in bfloat16. */
  readonly bfloat16: boolean;
  /** Whether it can do a work at all. */
  readonly does: (work: Work) => boolean;
}

const isForward = (work: Work): boolean => work.kind === 'forward' || work.kind === 'frame';
const isBase = (work: Work): boolean => !isDecoding(work) && work.model.endsWith('-base');
/** Of stream networks its port has another gate than the official code. */
const portDoes = (work: Work): work is ModelWork => isBase(work) && work.kind !== 'frame';

export const PEERS: readonly Peer[] = [
  {
    ...{ name: 'openvino', title: 'OpenVINO', environment: 'openvino', script: 'run_openvino.py', format: 'graph' },
    ...{ bfloat16: true, does: isForward },
  },
  {
    ...{ name: 'onnxruntime', title: 'ONNX Runtime', environment: 'onnxruntime', script: 'run_onnxruntime.py' },
    ...{ format: 'onnx', bfloat16: false, does: isForward },
  },
  {
    ...{ name: 'litert', title: 'LiteRT', environment: 'litert', script: 'run_litert.py', format: 'tflite' },
    ...{ bfloat16: false, does: isForward },
  },
  {
    ...{ name: 'pytorch', title: 'PyTorch', environment: 'pytorch', script: 'run_pytorch.py', format: 'arrays' },
    ...{ bfloat16: true, does: portDoes },
  },
  {
    ...{ name: 'official', title: 'official Python', environment: 'official', script: 'run_official.py' },
    ...{ format: 'checkpoint', bfloat16: false, does: (work) => !isDecoding(work) },
  },
  ...(['decord', 'pyav', 'torchcodec'] as const).map((name): Peer => ({
    name,
    title: { decord: 'decord', pyav: 'PyAV', torchcodec: 'torchcodec' }[name],
    environment: name === 'torchcodec' ? 'pytorch' : 'decoding',
    script: 'run_decoding.py',
    bfloat16: false,
    does: isDecoding,
  })),
];

export const PEER_NAMES: readonly string[] = PEERS.map(({ name }) => name);

/** The environment that graphs are converted in: TensorFlow with tf2onnx, which no peer runs beside. */
export const CONVERTER_ENVIRONMENT = 'converter';
