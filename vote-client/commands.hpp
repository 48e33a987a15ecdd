// What voters and auditors can type; each returns the exit code or throws a Failure.
#pragma once

#include "common/client/program.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace suara::voting {

client::Exit keygen(const client::Invocation& invocation);
/// One vote with --key, or a file of them with --file.
client::Exit cast(const client::Invocation& invocation);
client::Exit cast_file(const client::Invocation& invocation);
client::Exit results(const client::Invocation& invocation);
client::Exit receipt(const client::Invocation& invocation);
client::Exit verify(const client::Invocation& invocation);

inline constexpr const char* kDefaultNode = "http://127.0.0.1:3080";

/// The nodes named by --node, or the default one.
std::vector<std::string> node_urls(const client::Invocation& invocation);

/// Names of an election's candidates, by index.
std::vector<std::string> candidate_names(const boost::json::object& election);

}  // namespace suara::voting
