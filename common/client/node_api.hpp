// A node's HTTP interface (proto-docs/http.md) as a client sees it. Nothing a node says is believed to be well-formed.
#pragma once

#include "common/client/http_session.hpp"
#include "common/crypto/sha256.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::client {

/// What came of one request: a JSON document, a refusal with the node's code, or no answer at all.
struct NodeAnswer {
  bool reached = false;
  bool ok = false;
  boost::json::value body;  ///< when ok
  std::string code;         ///< when not ok: stable
  std::string message;      ///< when not ok: for people
};

class NodeApi {
 public:
  /// Throws Failure kUsage for a bad URL. Nothing is connected yet. `hint` is what helps when nobody answers.
  explicit NodeApi(std::string url, std::string hint = "--node is a node's --http address");

  [[nodiscard]] const std::string& url() const { return url_; }

  NodeAnswer get(const std::string& target);
  NodeAnswer post(const std::string& target, const boost::json::value& body);

  /// As above; whatever is not ok is thrown as a Failure: kUnavailable when there was no answer, else kRefused.
  boost::json::object require(const std::string& target);
  boost::json::object require_post(const std::string& target, const boost::json::value& body);

  /// The network's id, or Failure kUnavailable while the node does not know its specification yet.
  NetworkId network();

 private:
  boost::json::object checked(NodeAnswer answer) const;

  std::string url_;
  std::string hint_;
  HttpSession session_;
};

// What a member is, or a Failure that says that the node's answer is not understood.
std::string text_at(const boost::json::object& object, std::string_view name);
std::uint64_t number_at(const boost::json::object& object, std::string_view name);
const boost::json::array& array_at(const boost::json::object& object, std::string_view name);
/// Objects of an array; anything else in it is not understood.
std::vector<boost::json::object> objects_at(const boost::json::object& object, std::string_view name);
/// Any scalar as text for a table; "-" for null and for what is absent.
std::string cell(const boost::json::object& object, std::string_view name);

}  // namespace suara::client
