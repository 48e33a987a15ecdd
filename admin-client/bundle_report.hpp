// What a recount shows and what it cannot, in words and as JSON.
#pragma once

#include "peer-node/audit/bundle_audit.hpp"
#include "peer-node/audit/bundle_diff.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <string>
#include <vector>

namespace suara::admin {

/// One sentence each.
std::vector<std::string> checked_by(const audit::Findings& findings);
std::vector<std::string> unknown_after(const audit::Findings& findings);
/// `names`: how the bundles are called, the left one first.
std::vector<std::string> sentences(const audit::Difference& difference, const std::array<std::string, 2>& names);

boost::json::object to_json(const audit::Findings& findings);
boost::json::object to_json(const audit::Difference& difference);

/// The report on one valid bundle, for people.
std::string report(const std::string& name, const audit::Findings& findings);

}  // namespace suara::admin
