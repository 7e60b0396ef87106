# Defines the target Highway::Highway: vectors of whatever instruction set the processor has (scripts/setup/libraries/highway.mjs).
include("${CMAKE_CURRENT_LIST_DIR}/NativeValues.cmake")
movinet_native_values(highway Highway)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highway
  REQUIRED_VARS Highway_library Highway_include VERSION_VAR Highway_version)

if(NOT TARGET Highway::Highway)
  add_library(Highway::Highway INTERFACE IMPORTED)
  target_include_directories(Highway::Highway SYSTEM INTERFACE "${Highway_include}")
  target_link_libraries(Highway::Highway INTERFACE ${Highway_library})
endif()
