// The usual way a route ends.
#pragma once

#include "peer-node/api/message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace suara::api {

inline Response json_response(const boost::json::object& object) {
  return {.body = boost::json::serialize(object) + "\n"};
}

}  // namespace suara::api
