# Finds the TensorFlow C API where `npm run setup` unpacked it, or in LIBTENSORFLOW_DIR.
# Defines the target LibTensorFlow::LibTensorFlow.
if(NOT LIBTENSORFLOW_DIR)
  set(LIBTENSORFLOW_DIR "$ENV{LIBTENSORFLOW_DIR}")
endif()
find_path(LibTensorFlow_INCLUDE_DIR tensorflow/c/c_api.h
  PATHS "${LIBTENSORFLOW_DIR}/include" NO_DEFAULT_PATH)
find_library(LibTensorFlow_CC NAMES libtensorflow_cc.so.2 libtensorflow.so.2
  PATHS "${LIBTENSORFLOW_DIR}/lib" NO_DEFAULT_PATH)
find_library(LibTensorFlow_FRAMEWORK NAMES libtensorflow_framework.so.2
  PATHS "${LIBTENSORFLOW_DIR}/lib" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTensorFlow
  REQUIRED_VARS LibTensorFlow_CC LibTensorFlow_FRAMEWORK LibTensorFlow_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Run `npm run setup`, or set LIBTENSORFLOW_DIR to a folder with lib/ and include/.")

if(LibTensorFlow_FOUND AND NOT TARGET LibTensorFlow::LibTensorFlow)
  add_library(LibTensorFlow::LibTensorFlow INTERFACE IMPORTED)
  target_include_directories(LibTensorFlow::LibTensorFlow SYSTEM INTERFACE "${LibTensorFlow_INCLUDE_DIR}")
  target_link_libraries(LibTensorFlow::LibTensorFlow INTERFACE "${LibTensorFlow_CC}" "${LibTensorFlow_FRAMEWORK}")
endif()
