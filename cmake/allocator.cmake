# The daemons allocate with jemalloc where it is installed: syncing makes and drops millions of short rows beside whole
# blocks, which costs a sixth more processor time with glibc's allocator (benchmarks/README.md). Sanitizers bring their own.
add_library(suara_allocator INTERFACE)
find_package(PkgConfig)
if(PKG_CONFIG_FOUND AND NOT SUARA_SANITIZE)
  pkg_check_modules(JEMALLOC IMPORTED_TARGET jemalloc)
  if(JEMALLOC_FOUND)
    target_link_libraries(suara_allocator INTERFACE PkgConfig::JEMALLOC)
  endif()
endif()
