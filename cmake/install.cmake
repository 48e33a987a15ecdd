# `cmake --install build/release --prefix /usr`: programs, systemd units, and a configuration file for each daemon. The
# units name /usr/bin and /etc/suara; a configuration file that stands there already is somebody's own and stays.
include(GNUInstallDirs)
install(TARGETS bootstrap-server peer-node admin-client vote-client RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(
  FILES systemd/suara-bootstrap-server.service systemd/suara-peer-node.service
  DESTINATION lib/systemd/system)
install(CODE "
  foreach(file bootstrap-server.ini peer-node.ini)
    if(NOT EXISTS \"\$ENV{DESTDIR}/etc/suara/\${file}\")
      file(INSTALL \"${PROJECT_SOURCE_DIR}/systemd/\${file}\" DESTINATION /etc/suara)
    endif()
  endforeach()")
