# Asks set-up where a library is, so that CMake has the same order, places and least versions (scripts/setup/native-values.mjs).
# Sets PREFIX_include, PREFIX_library (a list), PREFIX_version and whatever else it says. Nothing is cached: another
# LIBTENSORFLOW_DIR or CMAKE_PREFIX_PATH, each a CMake or an environment variable, counts at once.
function(movinet_native_values what prefix)
  set(environment "")
  if(LIBTENSORFLOW_DIR)
    list(APPEND environment "LIBTENSORFLOW_DIR=${LIBTENSORFLOW_DIR}")
  endif()
  if(CMAKE_PREFIX_PATH)
    string(REPLACE ";" ":" places "${CMAKE_PREFIX_PATH}:$ENV{CMAKE_PREFIX_PATH}")
    list(APPEND environment "CMAKE_PREFIX_PATH=${places}")
  endif()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env ${environment} node "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../scripts/setup/native-values.mjs" ${what}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${error}")
  endif()
  string(REGEX MATCHALL "[^\n]+" lines "${output}")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z]+) (.*)$" line "${line}")
    list(APPEND ${prefix}_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
    set(${prefix}_${CMAKE_MATCH_1} "${${prefix}_${CMAKE_MATCH_1}}" PARENT_SCOPE)
  endforeach()
endfunction()
