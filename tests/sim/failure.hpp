// A broken invariant: ends the run of a seed, which reports it with how to replay it.
#pragma once

#include <stdexcept>
#include <string>

namespace suara::sim {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& otherwise) {
  if (!holds) throw Failure(otherwise);
}

}  // namespace suara::sim
