import { createHash } from 'node:crypto';
import { Reader } from 'protobufjs';

/** Numbers of fields in TensorFlow's protocol: nodes of a GraphDef, attributes of a NodeDef. */
const NODE = 1;
const ATTRIBUTE = 5;
const LENGTH_DELIMITED = 2;

interface Field {
  readonly number: number;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** Of a message, its bytes. */
  readonly message: Uint8Array | undefined;
}

function fieldsOf(bytes: Uint8Array): Field[] {
  const reader = Reader.create(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const type = tag & 7;
    const message = type === LENGTH_DELIMITED ? reader.bytes() : undefined;
    if (message === undefined) reader.skipType(type);
    fields.push({ number: tag >>> 3, whole: bytes.subarray(start, reader.pos), message });
  }
  return fields;
}

/** A digest of a serialized GraphDef, the same however TensorFlow has ordered the attributes of a node, which differs from time to time. */
export function graphDigest(graphDef: Uint8Array): string {
  const hash = createHash('sha256');
  for (const { number, whole, message } of fieldsOf(graphDef)) {
    if (number !== NODE || message === undefined) {
      hash.update(whole);
      continue;
    }
    const fields = fieldsOf(message);
    for (const field of fields) if (field.number !== ATTRIBUTE) hash.update(field.whole);
    const attributes = fields.filter((field) => field.number === ATTRIBUTE).map((field) => field.whole);
    for (const attribute of attributes.sort((a, b) => Buffer.compare(a, b))) hash.update(attribute);
  }
  return hash.digest('hex');
}
