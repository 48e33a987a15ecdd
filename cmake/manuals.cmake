# suara_manual(program section): the manual page and the bash completion of a program, as the program itself prints them,
# under build/<preset>/share and installed from there.
include(GNUInstallDirs)

function(suara_manual program section)
  set(page ${PROJECT_BINARY_DIR}/share/man/man${section}/${program}.${section})
  set(completion ${PROJECT_BINARY_DIR}/share/bash-completion/completions/${program})
  add_custom_command(
    OUTPUT ${page} ${completion}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/share/man/man${section}
            ${PROJECT_BINARY_DIR}/share/bash-completion/completions
    COMMAND ${program} --man > ${page}
    COMMAND ${program} --completion bash > ${completion}
    DEPENDS ${program}
    VERBATIM)
  add_custom_target(${program}-manual ALL DEPENDS ${page} ${completion})
  # Not there when only the programs were built.
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} OPTIONAL)
  install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions OPTIONAL)
endfunction()

suara_manual(bootstrap-server 8)
suara_manual(peer-node 8)
suara_manual(admin-client 1)
suara_manual(vote-client 1)
