# Warnings, hardening and sanitizers, as one interface target that every target of ours links.
#
# SUARA_SANITIZE: empty, "address,undefined" or "thread". Hardening is off under sanitizers, which replace it.
set(SUARA_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")
option(SUARA_FUZZ "Build the libFuzzer targets (clang only)" OFF)

add_library(suara_options INTERFACE)

target_compile_options(suara_options INTERFACE
  -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough -Wextra-semi
  -fno-omit-frame-pointer)
target_compile_definitions(suara_options INTERFACE _GLIBCXX_ASSERTIONS)

# Optimising, g++ 12 sees null pointers in Boost's and the standard library's code that are not there.
target_compile_options(suara_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-Wno-null-dereference>)

if(SUARA_SANITIZE)
  set(instrument -fsanitize=${SUARA_SANITIZE} -fno-sanitize-recover=all)
  if(SUARA_SANITIZE MATCHES "address")
    # What is tested is instrumented; tests' own code, which is most of what there is to compile, only links to it.
    set(instrument "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:SUARA_UNOPTIMISED>>>:${instrument}>")
  endif()
  # Instrumented, g++ 12 also takes the unused alternative of a variant for an uninitialised value.
  target_compile_options(suara_options INTERFACE
    ${instrument} -Wno-null-dereference $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(SUARA_SANITIZE STREQUAL "thread")
    # Asio's fences are not modelled; what they order is ordered by its locks as well.
    target_compile_options(suara_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  target_link_options(suara_options INTERFACE -fsanitize=${SUARA_SANITIZE})
else()
  target_compile_options(suara_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
    $<$<CXX_COMPILER_ID:GNU>:-ftrivial-auto-var-init=zero>
    $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE>
    $<$<AND:$<CONFIG:Release,RelWithDebInfo>,$<NOT:$<BOOL:$<TARGET_PROPERTY:SUARA_UNOPTIMISED>>>>:-D_FORTIFY_SOURCE=3>)
  target_link_options(suara_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

if(SUARA_FUZZ)
  target_compile_options(suara_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(suara_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Boost.Asio: one executor type and no deprecated names, so that every translation unit agrees.
add_library(suara_asio INTERFACE)
target_compile_definitions(suara_asio INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(suara_asio INTERFACE Boost::headers Threads::Threads)
