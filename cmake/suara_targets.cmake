# suara_library(name SOURCES ... LINK ...): a static library with include paths from the repository root.
function(suara_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE suara_options)
endfunction()

# suara_executable(name SOURCES ... LINK ...): a program in build/<preset>/bin.
function(suara_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} suara_options)
endfunction()

# suara_test(name [OPTIMISED] SOURCES ... LINK ...): a GoogleTest executable whose cases ctest knows one by one.
# A test's own code is compiled as fast as can be, since that is what most of it costs; OPTIMISED is for those that
# compute for longer than they compile.
function(suara_test name)
  cmake_parse_arguments(ARG "OPTIMISED" "" "SOURCES;LINK" ${ARGN})
  suara_executable(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} GTest::gmock GTest::gtest_main)
  if(NOT ARG_OPTIMISED)
    set_target_properties(${name} PROPERTIES SUARA_UNOPTIMISED ON)
    target_compile_options(${name} PRIVATE -O0)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES PROPERTIES TIMEOUT 900)
endfunction()
