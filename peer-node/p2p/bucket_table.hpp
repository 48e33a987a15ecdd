// Buckets of kBucketPlaces places each, for things that others own. A thing has one place, by a hash that only this
// node can compute; so whoever fills the table displaces nobody on purpose. Drawing takes every bucket with something
// in it alike: one bucket filled to the brim weighs no more than one with a single place taken.
#pragma once

#include "common/util/rng.hpp"
#include "peer-node/p2p/limits.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace suara::p2p {

/// bucket * kBucketPlaces + place in it.
using BucketPlace = std::uint32_t;

template <class T>
class BucketTable {
 public:
  explicit BucketTable(std::size_t buckets) : buckets_(buckets), taken_(buckets) {}

  [[nodiscard]] T* at(BucketPlace place) const {
    const auto& bucket = buckets_[place / kBucketPlaces];
    return bucket == nullptr ? nullptr : (*bucket)[place % kBucketPlaces];
  }
  void put(BucketPlace place, T& thing) {
    auto& bucket = buckets_[place / kBucketPlaces];
    if (bucket == nullptr) bucket = std::make_unique<Bucket>();
    T*& there = (*bucket)[place % kBucketPlaces];
    if (there == nullptr) {
      ++size_;
      if (++taken_[place / kBucketPlaces] == 1) ++buckets_taken_;
    }
    there = &thing;
  }
  void clear(BucketPlace place) {
    if (at(place) == nullptr) return;
    --size_;
    if (--taken_[place / kBucketPlaces] == 0) --buckets_taken_;
    (*buckets_[place / kBucketPlaces])[place % kBucketPlaces] = nullptr;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// nullptr when the table is empty. Costs a walk over the buckets' counts and one bucket.
  [[nodiscard]] T* draw(Rng& rng) const {
    if (size_ == 0) return nullptr;
    const std::size_t bucket = nth(taken_.begin(), rng.below(buckets_taken_), [](auto count) { return count > 0; });
    const Bucket& places = *buckets_[bucket];
    return places[nth(places.begin(), rng.below(taken_[bucket]), [](const T* thing) { return thing != nullptr; })];
  }

 private:
  template <class Iterator, class Predicate>
  static std::size_t nth(Iterator first, std::uint64_t skip, const Predicate& counts) {
    Iterator at = first;
    while (!counts(*at) || skip-- > 0) ++at;
    return static_cast<std::size_t>(at - first);
  }

  using Bucket = std::array<T*, kBucketPlaces>;

  std::vector<std::unique_ptr<Bucket>> buckets_;  // made when something first comes into one: most of a book are empty
  std::vector<std::uint8_t> taken_;               // by bucket
  std::size_t buckets_taken_ = 0;
  std::size_t size_ = 0;
};

}  // namespace suara::p2p
