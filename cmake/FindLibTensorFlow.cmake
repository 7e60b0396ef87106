# Finds the TensorFlow C API in LIBTENSORFLOW_DIR (a CMake or environment variable: a folder with lib/ and include/, or the
# `tensorflow` folder of a Python installation), or else where `npm run setup` unpacked it.
# Defines the target LibTensorFlow::LibTensorFlow. Nothing is cached, so that another LIBTENSORFLOW_DIR counts at once.
set(LibTensorFlow_ROOTS "${LIBTENSORFLOW_DIR}")
if(NOT LibTensorFlow_ROOTS)
  set(LibTensorFlow_ROOTS "$ENV{LIBTENSORFLOW_DIR}")
endif()
if(NOT LibTensorFlow_ROOTS)
  set(LibTensorFlow_CACHE "$ENV{XDG_CACHE_HOME}")
  if(NOT LibTensorFlow_CACHE)
    set(LibTensorFlow_CACHE "$ENV{HOME}/.cache")
  endif()
  foreach(variant gpu cpu)
    file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../scripts/setup/libtensorflow-${variant}.txt" LibTensorFlow_PIN
      REGEX "^tensorflow[a-z-]*==" LIMIT_COUNT 1)
    string(REGEX REPLACE "^[^=]*==([^ ]+).*" "\\1" LibTensorFlow_PINNED "${LibTensorFlow_PIN}")
    list(APPEND LibTensorFlow_ROOTS "${LibTensorFlow_CACHE}/movinet-native/libtensorflow-${LibTensorFlow_PINNED}-${variant}")
  endforeach()
endif()

set(LibTensorFlow_CC "")
set(LibTensorFlow_FRAMEWORK "")
set(LibTensorFlow_INCLUDE_DIR "")
foreach(root IN LISTS LibTensorFlow_ROOTS)
  foreach(folder "${root}/lib" "${root}")
    foreach(name libtensorflow_cc.so.2 libtensorflow.so.2)
      if(NOT LibTensorFlow_CC AND EXISTS "${folder}/${name}" AND EXISTS "${folder}/libtensorflow_framework.so.2"
         AND EXISTS "${root}/include/tensorflow/c/c_api.h")
        set(LibTensorFlow_CC "${folder}/${name}")
        set(LibTensorFlow_FRAMEWORK "${folder}/libtensorflow_framework.so.2")
        set(LibTensorFlow_INCLUDE_DIR "${root}/include")
      endif()
    endforeach()
  endforeach()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTensorFlow
  REQUIRED_VARS LibTensorFlow_CC LibTensorFlow_FRAMEWORK LibTensorFlow_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Looked in ${LibTensorFlow_ROOTS}. Run `npm run setup`, or set LIBTENSORFLOW_DIR to a folder with lib/ and include/.")

if(LibTensorFlow_FOUND AND NOT TARGET LibTensorFlow::LibTensorFlow)
  add_library(LibTensorFlow::LibTensorFlow INTERFACE IMPORTED)
  target_include_directories(LibTensorFlow::LibTensorFlow SYSTEM INTERFACE "${LibTensorFlow_INCLUDE_DIR}")
  target_link_libraries(LibTensorFlow::LibTensorFlow INTERFACE "${LibTensorFlow_CC}" "${LibTensorFlow_FRAMEWORK}")
endif()
