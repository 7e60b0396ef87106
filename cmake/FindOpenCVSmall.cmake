# Finds OpenCV's core, imgproc and videoio by header and library: Debian's small -dev packages carry no
# OpenCVConfig.cmake, and the package that does brings dnn with a second protobuf, which must stay out.
# Defines the target OpenCVSmall::OpenCVSmall.
find_path(OpenCVSmall_INCLUDE_DIR opencv2/videoio.hpp PATH_SUFFIXES opencv4)
set(OpenCVSmall_LIBRARIES "")
foreach(module core imgproc videoio)
  find_library(OpenCVSmall_${module} NAMES opencv_${module})
  list(APPEND OpenCVSmall_LIBRARIES "${OpenCVSmall_${module}}")
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVSmall
  REQUIRED_VARS OpenCVSmall_core OpenCVSmall_imgproc OpenCVSmall_videoio OpenCVSmall_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install libopencv-core-dev, libopencv-imgproc-dev and libopencv-videoio-dev.")

if(OpenCVSmall_FOUND AND NOT TARGET OpenCVSmall::OpenCVSmall)
  add_library(OpenCVSmall::OpenCVSmall INTERFACE IMPORTED)
  target_include_directories(OpenCVSmall::OpenCVSmall SYSTEM INTERFACE "${OpenCVSmall_INCLUDE_DIR}")
  target_link_libraries(OpenCVSmall::OpenCVSmall INTERFACE ${OpenCVSmall_LIBRARIES})
endif()
