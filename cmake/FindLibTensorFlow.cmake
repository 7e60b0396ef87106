# Defines the target LibTensorFlow::LibTensorFlow: the TensorFlow C API in LIBTENSORFLOW_DIR (a folder with lib/ and include/, or the
# `tensorflow` folder of a Python installation), or else where `npm run setup` unpacks the build for this machine.
include("${CMAKE_CURRENT_LIST_DIR}/NativeValues.cmake")
movinet_native_values(tensorflow LibTensorFlow)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTensorFlow
  REQUIRED_VARS LibTensorFlow_library LibTensorFlow_include VERSION_VAR LibTensorFlow_version)

if(NOT TARGET LibTensorFlow::LibTensorFlow)
  add_library(LibTensorFlow::LibTensorFlow INTERFACE IMPORTED)
  target_include_directories(LibTensorFlow::LibTensorFlow SYSTEM INTERFACE "${LibTensorFlow_include}")
  target_link_libraries(LibTensorFlow::LibTensorFlow INTERFACE ${LibTensorFlow_library})
endif()
