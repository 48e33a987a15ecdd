// Buckets of kBucketPlaces places each, for things that others own. A thing has one place, by a hash that only this
// node can compute; so whoever fills the table displaces nobody on purpose. Drawing takes every bucket with something
// in it alike: one bucket filled to the brim weighs no more than one with a single place taken.
#pragma once

#include "common/util/rng.hpp"
#include "peer-node/p2p/limits.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace suara::p2p {

/// bucket * kBucketPlaces + place in it.
using BucketPlace = std::uint32_t;

template <class T>
class BucketTable {
 public:
  explicit BucketTable(std::size_t buckets) : places_(buckets * kBucketPlaces), taken_(buckets) {}

  [[nodiscard]] T* at(BucketPlace place) const { return places_[place]; }
  void put(BucketPlace place, T& thing) {
    if (places_[place] == nullptr) {
      ++size_;
      if (++taken_[place / kBucketPlaces] == 1) ++buckets_taken_;
    }
    places_[place] = &thing;
  }
  void clear(BucketPlace place) {
    if (places_[place] == nullptr) return;
    --size_;
    if (--taken_[place / kBucketPlaces] == 0) --buckets_taken_;
    places_[place] = nullptr;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// nullptr when the table is empty. Costs a walk over the buckets' counts and one bucket.
  [[nodiscard]] T* draw(Rng& rng) const {
    if (size_ == 0) return nullptr;
    std::size_t bucket = nth(taken_.begin(), rng.below(buckets_taken_), [](auto count) { return count > 0; });
    const auto first = places_.begin() + static_cast<std::ptrdiff_t>(bucket * kBucketPlaces);
    return first[static_cast<std::ptrdiff_t>(
        nth(first, rng.below(taken_[bucket]), [](const T* thing) { return thing != nullptr; }))];
  }

 private:
  template <class Iterator, class Predicate>
  static std::size_t nth(Iterator first, std::uint64_t skip, const Predicate& counts) {
    Iterator at = first;
    while (!counts(*at) || skip-- > 0) ++at;
    return static_cast<std::size_t>(at - first);
  }

  std::vector<T*> places_;
  std::vector<std::uint8_t> taken_;  // by bucket
  std::size_t buckets_taken_ = 0;
  std::size_t size_ = 0;
};

}  // namespace suara::p2p
