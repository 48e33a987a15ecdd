// verify: checks a receipt, by itself, in a chain of headers, or against a node.
#include "common/client/failure.hpp"
#include "common/client/files.hpp"
#include "common/client/line_file.hpp"
#include "common/client/node_api.hpp"
#include "common/client/output.hpp"
#include "common/util/hex.hpp"
#include "peer-node/audit/audit_error.hpp"
#include "peer-node/audit/limits.hpp"
#include "peer-node/audit/receipt_search.hpp"
#include "vote-client/commands.hpp"

#include <fmt/format.h>

#include <optional>

namespace suara::voting {
namespace {

namespace json = boost::json;
using audit::AuditError;
using client::Exit;
using client::Failure;

Failure wrong(const std::string& where, const Error& error) {
  return {Exit::kRefused, std::string(error.name()), where + ": " + client::printable(error.message())};
}

audit::Receipt read_receipt(const std::string& path) {
  auto receipt = audit::decode_receipt(client::read_file(path, audit::kMaxReceiptSizeBytes));
  if (!receipt) throw wrong(path, receipt.error());
  if (const auto held = audit::check_receipt(*receipt); !held) throw wrong(path, held.error());
  return *std::move(receipt);
}

struct Place {
  std::string where;  ///< a file or a node's URL
  bool node = false;
  std::uint64_t confirmations = 0;
  std::string tip;
};

Place find_in_headers(const audit::Receipt& receipt, const std::string& path) {
  client::LineFile file(path, audit::kMaxLineSizeBytes);
  audit::ReceiptSearch search(receipt);
  while (const auto line = file.next()) {
    if (const auto taken = search.take(*line); !taken)
      throw wrong(path + ": line " + std::to_string(search.line_number()), taken.error());
  }
  const auto confirmations = search.confirmations();
  if (!confirmations) throw wrong(path, confirmations.error());
  return {path, false, *confirmations, search.chain().tip().hex()};
}

Place find_at_node(const audit::Receipt& receipt, const std::string& url) {
  client::NodeApi node(url);
  if (const auto network = node.network(); network != receipt.network)
    throw wrong(url, Error(AuditError::kOtherNetwork, receipt.network.hex() + " and " + network.hex()));
  const auto height = receipt.header.height;
  const auto answer = node.require("/v1/headers?limit=1&from=" + std::to_string(height));
  const auto& page = client::array_at(answer, "headers");
  const auto* tip = answer.if_contains("tip");
  const auto point = tip != nullptr && tip->is_object() ? tip->get_object() : json::object{};
  const auto tip_height = client::number_at(point, "height");
  if (page.empty() || tip_height < height) {
    throw wrong(url, Error(AuditError::kAboveChain,
                           fmt::format("the block is at height {}, the node's chain ends at {}", height, tip_height)));
  }
  // Its seal may be another miner's: a node keeps the first it sees.
  const std::string_view raw = page.front().is_string() ? std::string_view(page.front().get_string()) : "";
  if (raw.substr(0, 2 * chain::kHeaderSizeBytes) != to_hex(chain::encode(receipt.header))) {
    throw wrong(url, Error(AuditError::kNotInChain, fmt::format("at height {} it has another one; the chain was "
                                                                "reorganised, ask for a new receipt",
                                                                height)));
  }
  return {url, true, tip_height - height + 1, client::text_at(point, "id")};
}

std::vector<std::string> checked(const audit::Receipt& receipt, const std::optional<Place>& place) {
  const bool fixed = receipt.spec.rule == chain::DifficultyRule::kFixed;
  std::vector<std::string> all{
      "the transaction hashes to its id, and its signature is its author's for this network",
      fmt::format("the Merkle path leads from it to the header of block {}", receipt.header.height),
      fixed ? "the header's proof of work is what the network asks for"
            : "the header's proof of work meets its target"};
  if (receipt.seal) {
    all.push_back(fmt::format("the block's seal: {}, one of the {} miners that the specification lists, signed it",
                              to_hex(receipt.seal->miner.view()), receipt.spec.miners.size()));
  }
  if (place && place->node) {
    all.push_back(fmt::format("{} has the block on its best chain, {} deep", place->where, place->confirmations));
  } else if (place) {
    all.push_back(fmt::format("the block is in the chain of {}, checked from genesis up{}, {} deep", place->where,
                              receipt.seal ? ", every seal too" : "", place->confirmations));
  }
  return all;
}

std::vector<std::string> unknown(const audit::Receipt& receipt, const std::optional<Place>& place) {
  std::vector<std::string> all;
  if (!place) {
    all.emplace_back("whether the block is in the network's chain: --headers BUNDLE or --node URL checks that");
    if (receipt.spec.rule != chain::DifficultyRule::kFixed)
      all.emplace_back("whether the block is as difficult as the network asks: that follows from the blocks before it");
  } else if (place->node) {
    all.emplace_back("whether the node tells the truth: ask several, or check with --headers");
  } else {
    all.emplace_back("whether this is the chain with the most work: nodes may know another one");
  }
  all.emplace_back(
      "whether the block keeps the ledger's rules, so that a vote in it counts: admin-client election "
      "verify shows that of a bundle with --blocks");
  all.emplace_back("who is behind the author's key");
  return all;
}

json::array texts(const std::vector<std::string>& sentences) { return json::array(sentences.begin(), sentences.end()); }

std::string statement_of(const ledger::Transaction& transaction) {
  const auto* vote = std::get_if<ledger::CastVote>(&transaction.statement);
  return vote == nullptr ? "a statement other than a vote"
                         : fmt::format("a vote for candidate {} of election {}", vote->candidate, vote->election.hex());
}

void print(const std::string& path, const audit::Receipt& receipt, const std::optional<Place>& place) {
  std::string text = fmt::format("{}: valid\n  transaction    {}\n  is             {}\n  block          {} {}\n", path,
                                 receipt.id.hex(), statement_of(receipt.transaction), receipt.header.height,
                                 chain::block_id(receipt.header).hex());
  if (place) text += fmt::format("  confirmations  {}\n", place->confirmations);
  text += "  checked\n";
  for (const auto& sentence : checked(receipt, place)) text += "    - " + sentence + "\n";
  text += "  cannot be known from it\n";
  for (const auto& sentence : unknown(receipt, place)) text += "    - " + sentence + "\n";
  client::print(text);
}

void print_json(const audit::Receipt& receipt, const std::optional<Place>& place) {
  client::print_json(
      json::object{{"valid", true},
                   {"network", receipt.network.hex()},
                   {"transaction", receipt.id.hex()},
                   {"author", to_hex(receipt.transaction.author.view())},
                   {"block", chain::block_id(receipt.header).hex()},
                   {"height", receipt.header.height},
                   {"miner", receipt.seal ? json::value(to_hex(receipt.seal->miner.view())) : json::value()},
                   {"confirmations", place ? json::value(place->confirmations) : json::value()},
                   {"tip", place ? json::value(place->tip) : json::value()},
                   {"checked", texts(checked(receipt, place))},
                   {"unknown", texts(unknown(receipt, place))}});
}

}  // namespace

Exit verify(const client::Invocation& invocation) {
  const auto& path = invocation.words().front();
  const auto receipt = read_receipt(path);
  std::optional<Place> place;
  if (const auto headers = invocation.find("headers")) {
    place = find_in_headers(receipt, *headers);
  } else if (const auto node = invocation.find("node")) {
    place = find_at_node(receipt, *node);
  }
  if (invocation.json()) {
    print_json(receipt, place);
  } else {
    print(path, receipt, place);
  }
  return Exit::kOk;
}

}  // namespace suara::voting
