// Whole files, bounded; what is wrong with one ends the command with the fitting exit code.
#pragma once

#include "common/crypto/p256.hpp"

#include <cstddef>
#include <string>

namespace suara::client {

/// Throws Failure: kPermission, kUsage when there is no such file or it is larger, kIo.
std::string read_file(const std::string& path, std::size_t max_size_bytes);

/// A PEM file of mode 0600. Throws Failure: kConfiguration for looser modes and for what is no P-256 key.
PrivateKey load_key(const std::string& path);

/// Makes a key and its file, of mode 0600, in a folder that exists. Throws Failure: kUsage without that folder,
/// kConfiguration when the file exists, kPermission, kIo.
PrivateKey make_key(const std::string& path);

/// Makes the folder, of mode 0700, unless it is there. Throws Failure: kPermission, kConfiguration, kIo.
void make_folder(const std::string& path);

}  // namespace suara::client
