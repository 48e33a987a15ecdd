// What the store will hold once every batch in flight is durable: the core reads its own writes at once, while
// acknowledgements wait for `Stored`. Layers: batches handed out (in token order), then the base view, of which the
// busiest rows are kept at hand.
#pragma once

#include "common/store/row_cache.hpp"
#include "common/store/store_view.hpp"
#include "common/util/strong_id.hpp"

#include <deque>

namespace suara::store {

/// Memory is that of the batches in flight, whoever adds them bounds how many, and of the rows at hand. The base must
/// change by the overlay's own batches only.
class Overlay final : public StoreView {
 public:
  explicit Overlay(const StoreView& base, RowCache::Options at_hand = {}) : base_(base), at_hand_(std::move(at_hand)) {}

  /// Tokens must ascend.
  void add(StoreToken token, const WriteBatch& batch);
  /// The batch with this token and all before it are now in the base.
  void stored(StoreToken token);
  [[nodiscard]] std::size_t batches_in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t bytes_in_flight() const { return bytes_in_flight_; }  ///< their keys and values
  /// What is there whatever happens: the base, without what is on its way.
  [[nodiscard]] const StoreView& durable() const { return base_; }

  [[nodiscard]] std::optional<std::string> get(Family family, std::string_view key) const override;
  [[nodiscard]] Values get_many(Family family, const std::vector<std::string_view>& keys) const override;
  void scan(Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(Family family, std::string_view from, const Visitor& visit) const override;

 private:
  struct Pending {
    std::optional<std::string> value;
    StoreToken token;  // the newest batch that wrote it
  };
  using Keys = std::map<std::string, Pending, std::less<>>;
  struct InFlight {
    StoreToken token;
    std::vector<std::pair<Family, Keys::iterator>> rows;  // each is there until its newest batch is stored
    std::size_t size_bytes = 0;
  };

  const Keys* keys_of(Family family) const;

  const StoreView& base_;
  mutable RowCache at_hand_;
  std::map<Family, Keys> pending_;
  std::deque<InFlight> in_flight_;
  std::size_t bytes_in_flight_ = 0;
};

}  // namespace suara::store
