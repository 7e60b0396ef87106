# Defines the target FFmpeg::FFmpeg: libavformat, libavcodec, libavutil and libswscale, of one place and of the major version that OpenCV
# uses (scripts/setup/libraries/ffmpeg.mjs).
include("${CMAKE_CURRENT_LIST_DIR}/NativeValues.cmake")
movinet_native_values(ffmpeg FFmpeg)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FFmpeg
  REQUIRED_VARS FFmpeg_library FFmpeg_include VERSION_VAR FFmpeg_version)

if(NOT TARGET FFmpeg::FFmpeg)
  add_library(FFmpeg::FFmpeg INTERFACE IMPORTED)
  target_include_directories(FFmpeg::FFmpeg SYSTEM INTERFACE "${FFmpeg_include}")
  target_link_libraries(FFmpeg::FFmpeg INTERFACE ${FFmpeg_library})
endif()
