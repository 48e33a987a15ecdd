# suara_embed_text(target FILE file HEADER header NAME name): compiles a text file into `target` as the
# `const std::string_view` that `header` declares.
function(suara_embed_text target)
  cmake_parse_arguments(ARG "" "FILE;HEADER;NAME" "" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARG_FILE})
  file(READ ${ARG_FILE} text)
  get_filename_component(stem ${ARG_FILE} NAME)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${stem}.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
    "#include \"@ARG_HEADER@\"\n\nconst std::string_view @ARG_NAME@ = R\"SUARA(@text@)SUARA\";\n")
  target_sources(${target} PRIVATE ${output})
endfunction()
