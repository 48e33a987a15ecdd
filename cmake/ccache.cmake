# Compiler cache where the machine has one. Precompiled headers need its sloppiness settings, which `dev` exports.
find_program(SUARA_CCACHE ccache)
mark_as_advanced(SUARA_CCACHE)
if(SUARA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SUARA_CCACHE})
endif()
