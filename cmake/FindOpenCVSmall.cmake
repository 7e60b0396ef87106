# Defines the target OpenCVSmall::OpenCVSmall: OpenCV's core, imgproc and videoio, of the first place that has them all
# (scripts/setup/libraries/opencv.mjs).
include("${CMAKE_CURRENT_LIST_DIR}/NativeValues.cmake")
movinet_native_values(opencv OpenCVSmall)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVSmall
  REQUIRED_VARS OpenCVSmall_library OpenCVSmall_include VERSION_VAR OpenCVSmall_version)

if(NOT TARGET OpenCVSmall::OpenCVSmall)
  add_library(OpenCVSmall::OpenCVSmall INTERFACE IMPORTED)
  target_include_directories(OpenCVSmall::OpenCVSmall SYSTEM INTERFACE "${OpenCVSmall_include}")
  target_link_libraries(OpenCVSmall::OpenCVSmall INTERFACE ${OpenCVSmall_library})
endif()
