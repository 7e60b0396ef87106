import { parse } from 'protobufjs';
import { maskedCrc32c } from './crc32c';

/** TensorBoard's messages, cut down to the fields that are written: numbers are those of tensorboard/compat/proto and tensorboard/plugins/hparams. */
const root = parse(
  `
syntax = "proto3";
message Event {
  double wall_time = 1;
  int64 step = 2;
  oneof what {
    string file_version = 3;
    Summary summary = 5;
    SessionLog session_log = 7;
  }
}
message SessionLog { int32 status = 1; }
message Summary {
  message Value {
    string tag = 1;
    SummaryMetadata metadata = 9;
    TensorProto tensor = 8;
  }
  repeated Value value = 1;
}
message SummaryMetadata {
  message PluginData { string plugin_name = 1; bytes content = 2; }
  PluginData plugin_data = 1;
}
message TensorProto {
  int32 dtype = 1;
  TensorShapeProto tensor_shape = 2;
  repeated float float_val = 5;
  repeated bytes string_val = 8;
}
message TensorShapeProto {
  message Dim { int64 size = 1; }
  repeated Dim dim = 2;
}
message HParamsPluginData {
  SessionStartInfo session_start_info = 3;
  SessionEndInfo session_end_info = 4;
}
message SessionStartInfo {
  map<string, Value> hparams = 1;
  string group_name = 4;
  double start_time_secs = 5;
}
message SessionEndInfo { int32 status = 1; double end_time_secs = 2; }
message Value {
  oneof kind {
    double number_value = 2;
    string string_value = 3;
    bool bool_value = 4;
  }
}
`,
  { keepCase: true },
).root;
const Event = root.lookupType('Event');
const HParamsPluginData = root.lookupType('HParamsPluginData');

const FLOAT = 1;
const STRING = 7;
const SESSION_START = 1;

/** One thing that TensorBoard shows, by its tag. */
export interface Summary {
  readonly tag: string;
  readonly metadata: object;
  readonly tensor: object;
}

/** A value of a setting, as TensorBoard's table of hyper-parameters takes it. */
export type HyperParameter = number | string | boolean;

/** How a session ended, by the numbers of TensorBoard's `Status`. */
export const SESSION_STATUS = { success: 1, failure: 2 } as const;

/** One number of a curve, kept as float32. */
export const scalarSummary = (tag: string, value: number): Summary => ({
  ...{ tag, metadata: { plugin_data: { plugin_name: 'scalars' } } },
  tensor: { dtype: FLOAT, tensor_shape: {}, float_val: [value] },
});

/** A text in Markdown. */
export const textSummary = (tag: string, markdown: string): Summary => ({
  ...{ tag, metadata: { plugin_data: { plugin_name: 'text' } } },
  tensor: { dtype: STRING, tensor_shape: {}, string_val: [Buffer.from(markdown)] },
});

/** A picture: the bytes of a PNG file of this size in pixels. */
export function imageSummary(tag: string, png: Uint8Array, width: number, height: number): Summary {
  const strings = [Buffer.from(String(width)), Buffer.from(String(height)), png];
  return {
    ...{ tag, metadata: { plugin_data: { plugin_name: 'images' } } },
    tensor: { dtype: STRING, tensor_shape: { dim: [{ size: strings.length }] }, string_val: strings },
  };
}

/** What a run was set to, for the table of hyper-parameters. `seconds`: since 1970, when it began. */
export function sessionStart(
  hyperParameters: Readonly<Record<string, HyperParameter>>,
  { group, seconds }: { readonly group: string; readonly seconds: number },
): Summary {
  const hparams = Object.fromEntries(
    Object.entries(hyperParameters).map(([name, value]) => [
      name,
      { [KIND[typeof value as keyof typeof KIND]]: value },
    ]),
  );
  return hyperParameterSummary('_hparams_/session_start_info', {
    session_start_info: { hparams, group_name: group, start_time_secs: seconds },
  });
}

const KIND = { number: 'number_value', string: 'string_value', boolean: 'bool_value' } as const;

/** How it ended. `seconds`: since 1970, when that was. */
export function sessionEnd(status: keyof typeof SESSION_STATUS, seconds: number): Summary {
  return hyperParameterSummary('_hparams_/session_end_info', {
    session_end_info: { status: SESSION_STATUS[status], end_time_secs: seconds },
  });
}

function hyperParameterSummary(tag: string, data: object): Summary {
  const content = HParamsPluginData.encode(HParamsPluginData.fromObject(data)).finish();
  return {
    ...{ tag, metadata: { plugin_data: { plugin_name: 'hparams', content } } },
    tensor: { dtype: FLOAT, tensor_shape: { dim: [{}] } },
  };
}

/**
 * What an event file begins with: its version, and that a session starts. What earlier files of the folder have of `step` and of later ones is no longer shown: a run
 * that was killed had gone on after the state that it goes on from. `seconds`: since 1970.
 */
export function fileStart(step: number, seconds: number): Uint8Array {
  return Buffer.concat([
    record({ wall_time: seconds, file_version: 'brain.Event:2' }),
    record({ wall_time: seconds, step, session_log: { status: SESSION_START } }),
  ]);
}

/** The bytes of one event. `seconds`: since 1970. */
export function summaryEvent(step: number, seconds: number, summaries: readonly Summary[]): Uint8Array {
  return record({ wall_time: seconds, step, summary: { value: summaries } });
}

/** One record of a TFRecord file: length, its checksum, data, its checksum. */
function record(event: object): Uint8Array {
  const data = Event.encode(Event.fromObject(event)).finish();
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(data, 12);
  framed.writeUInt32LE(maskedCrc32c(data), data.length + 12);
  return framed;
}
