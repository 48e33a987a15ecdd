// What the vectors share: their network, its keys, and how headers are written in JSON.
#pragma once

#include "peer-node/chain/chain_spec.hpp"

#include <boost/json.hpp>

#include <string>

namespace suara::vectors {

inline constexpr std::string_view kOrganiserSeed = "suara vectors organiser";
inline constexpr std::string_view kVoterSeed = "suara vectors voter";
inline constexpr std::string_view kMinerSeeds[] = {"suara vectors miner 1", "suara vectors miner 2"};

const chain::ChainSpec& network();
/// Another one, which lists the miners of kMinerSeeds.
const chain::ChainSpec& permissioned_network();

/// Eight digits, most significant first.
std::string bits_hex(std::uint32_t bits);
boost::json::object header_json(const chain::Header& header);

}  // namespace suara::vectors
