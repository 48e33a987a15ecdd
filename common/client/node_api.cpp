#include "common/client/node_api.hpp"

#include "common/client/failure.hpp"
#include "common/client/output.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace suara::client {
namespace {

namespace json = boost::json;

/// A node answers within milliseconds; a batch of a thousand signatures on a busy one takes longer.
constexpr std::chrono::seconds kAnswerTimeout{20};

wire::Address parse_or_throw(const std::string& url) {
  auto address = parse_node_url(url);
  if (!address) throw usage_error(address.error().message());
  return *address;
}

Failure not_understood(const std::string& what) {
  return {Exit::kUnavailable, "bad_answer", "the node's answer is not understood: " + what};
}

NodeAnswer read_answer(const std::string& url, const std::string& hint, const Result<HttpAnswer>& answer) {
  if (!answer) {
    return {false,
            false,
            {},
            std::string(answer.error().name()),
            url + " does not answer (" + answer.error().message() + "); " + hint};
  }
  boost::system::error_code error;
  auto body = json::parse(answer->body, error);
  const auto* object = body.if_object();
  if (answer->status >= 200 && answer->status < 300 && !error && object != nullptr)
    return {true, true, std::move(body), {}, {}};
  if (!error && object != nullptr) {
    const auto* failure = object->if_contains("error");
    const auto* members = failure == nullptr ? nullptr : failure->if_object();
    const auto* code = members == nullptr ? nullptr : members->if_contains("code");
    const auto* message = members == nullptr ? nullptr : members->if_contains("message");
    if (code != nullptr && code->is_string() && message != nullptr && message->is_string())
      return {true, false, {}, printable(code->get_string()), printable(message->get_string())};
  }
  return {true,
          false,
          {},
          "bad_answer",
          url + " answered with status " + std::to_string(answer->status) + " and no JSON this client understands"};
}

}  // namespace

NodeApi::NodeApi(std::string url, std::string hint)
    : url_(std::move(url)), hint_(std::move(hint)), session_(parse_or_throw(url_), kAnswerTimeout) {}

NodeAnswer NodeApi::get(const std::string& target) { return read_answer(url_, hint_, session_.get(target)); }

NodeAnswer NodeApi::post(const std::string& target, const json::value& body) {
  return read_answer(url_, hint_, session_.post(target, json::serialize(body)));
}

json::object NodeApi::checked(NodeAnswer answer) const {
  if (answer.ok) return answer.body.get_object();
  throw Failure(answer.reached && answer.code != "bad_answer" ? Exit::kRefused : Exit::kUnavailable, answer.code,
                answer.message);
}

json::object NodeApi::require(const std::string& target) { return checked(get(target)); }

json::object NodeApi::require_post(const std::string& target, const json::value& body) {
  return checked(post(target, body));
}

NetworkId NodeApi::network() {
  const auto status = require("/v1/status");
  const auto network = NetworkId::from_hex(text_at(status, "network"));
  if (!network) throw not_understood("\"network\" is no network id");
  return *network;
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) throw not_understood("\"" + std::string(name) + "\" is no text");
  return std::string(value->get_string());
}

std::uint64_t number_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  boost::system::error_code error;
  const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(error);
  if (value == nullptr || error) throw not_understood("\"" + std::string(name) + "\" is no whole number");
  return number;
}

const json::array& array_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) throw not_understood("\"" + std::string(name) + "\" is no list");
  return value->get_array();
}

std::vector<json::object> objects_at(const json::object& object, std::string_view name) {
  std::vector<json::object> objects;
  for (const auto& value : array_at(object, name)) {
    if (!value.is_object()) throw not_understood("\"" + std::string(name) + "\" holds something else than objects");
    objects.push_back(value.get_object());
  }
  return objects;
}

std::string cell(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "-";
  if (value->is_string()) return value->get_string().empty() ? "-" : std::string(value->get_string());
  if (value->is_bool()) return value->get_bool() ? "yes" : "no";
  return json::serialize(*value);
}

}  // namespace suara::client
