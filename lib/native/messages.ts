import { parse, type Type } from 'protobufjs';

/**
 * The few protocol-buffer messages of TensorFlow that the library reads or writes, cut down to the fields it uses: field numbers are those of
 * TensorFlow's own .proto files, and `bytes` stands where a sub-message passes through unread.
 */
const SCHEMA = `
syntax = "proto3";

message ConfigProto {
  int32 intra_op_parallelism_threads = 2;
  int32 inter_op_parallelism_threads = 5;
  GPUOptions gpu_options = 6;
  bool allow_soft_placement = 7;
  GraphOptions graph_options = 10;
  int64 operation_timeout_in_ms = 11;
  map<string, int32> device_count = 1;
}
message GPUOptions {
  bool allow_growth = 4;
  string visible_device_list = 5;
}
message GraphOptions {
  OptimizerOptions optimizer_options = 3;
  RewriterConfig rewrite_options = 10;
}
message OptimizerOptions {
  enum GlobalJitLevel {
    DEFAULT = 0;
    OFF = -1;
    ON_1 = 1;
    ON_2 = 2;
  }
  GlobalJitLevel global_jit_level = 5;
  bool cpu_global_jit = 7;
}
message RewriterConfig {
  enum Toggle {
    DEFAULT = 0;
    ON = 1;
    OFF = 2;
  }
  Toggle auto_mixed_precision = 23;
  Toggle auto_mixed_precision_onednn_bfloat16 = 31;
}

message RunOptions {
  TraceLevel trace_level = 1;
  int32 inter_op_thread_pool = 3;
}
enum TraceLevel {
  NO_TRACE = 0;
  SOFTWARE_TRACE = 1;
  HARDWARE_TRACE = 2;
  FULL_TRACE = 3;
}
message RunMetadata {
  StepStats step_stats = 1;
}
message StepStats {
  repeated DeviceStepStats dev_stats = 1;
}
message DeviceStepStats {
  string device = 1;
  repeated NodeExecStats node_stats = 2;
}
message NodeExecStats {
  string node_name = 1;
  int64 all_start_micros = 2;
  int64 op_start_rel_micros = 3;
  int64 op_end_rel_micros = 4;
  string timeline_label = 8;
}

message SavedModel {
  int64 saved_model_schema_version = 1;
  repeated MetaGraphDef meta_graphs = 2;
}
message MetaGraphDef {
  message MetaInfoDef {
    repeated string tags = 4;
    string tensorflow_version = 5;
    string tensorflow_git_version = 6;
  }
  MetaInfoDef meta_info_def = 1;
  bytes graph_def = 2;
  SaverDef saver_def = 3;
  map<string, CollectionDef> collection_def = 4;
  map<string, SignatureDef> signature_def = 5;
  repeated AssetFileDef asset_file_def = 6;
}
message AssetFileDef {
  TensorInfo tensor_info = 1;
  string filename = 2;
}
message CollectionDef {
  message NodeList { repeated string value = 1; }
  message BytesList { repeated bytes value = 1; }
  oneof kind {
    NodeList node_list = 1;
    BytesList bytes_list = 2;
  }
}
message SaverDef {
  string filename_tensor_name = 1;
  string save_tensor_name = 2;
  string restore_op_name = 3;
  int32 max_to_keep = 4;
  bool sharded = 5;
  float keep_checkpoint_every_n_hours = 6;
  int32 version = 7;
}
message SignatureDef {
  map<string, TensorInfo> inputs = 1;
  map<string, TensorInfo> outputs = 2;
  string method_name = 3;
}
message TensorInfo {
  string name = 1;
  int32 dtype = 2;
  TensorShapeProto tensor_shape = 3;
}
message TensorShapeProto {
  message Dim { int64 size = 1; string name = 2; }
  repeated Dim dim = 2;
  bool unknown_rank = 3;
}
message VariableDef {
  string variable_name = 1;
  string initializer_name = 2;
  string snapshot_name = 3;
  bool is_resource = 5;
  string initial_value_name = 6;
  bool trainable = 7;
}

message TrackableObjectGraph {
  message TrackableObject {
    message ObjectReference { int32 node_id = 1; string local_name = 2; }
    message SerializedTensor {
      string name = 1;
      string full_name = 2;
      string checkpoint_key = 3;
    }
    message SlotVariableReference {
      int32 original_variable_node_id = 1;
      string slot_name = 2;
      int32 slot_variable_node_id = 3;
    }
    repeated ObjectReference children = 1;
    repeated SerializedTensor attributes = 2;
    repeated SlotVariableReference slot_variables = 3;
  }
  repeated TrackableObject nodes = 1;
}
`;

const root = parse(SCHEMA, { keepCase: true }).root;

function message(name: string): Type {
  return root.lookupType(name);
}

export const ConfigProto = message('ConfigProto');
export const Toggle = root.lookupEnum('RewriterConfig.Toggle').values as { readonly ON: number };
export const GlobalJitLevel = root.lookupEnum('OptimizerOptions.GlobalJitLevel').values as { readonly ON_1: number };
export const RunOptions = message('RunOptions');
export const TraceLevel = root.lookupEnum('TraceLevel').values as { readonly FULL_TRACE: number };
export const RunMetadata = message('RunMetadata');
export const SavedModel = message('SavedModel');
export const MetaGraphDef = message('MetaGraphDef');
export const VariableDef = message('VariableDef');
export const TrackableObjectGraph = message('TrackableObjectGraph');
