// Bounds and times of the peer protocol, with what happens there. Sizes of messages are in common/wire/limits.hpp.
#pragma once

#include <chrono>
#include <cstddef>

namespace suara::p2p {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// From connecting to both proofs holding; slower ones are closed (Bitcoin Core 60 s, geth 15 s).
inline constexpr seconds kHandshakeTimeout{10};

/// Silence after which a ping is sent, and after which the connection is given up (geth's 15 s; MultiChain's 60 s).
inline constexpr seconds kPingInterval{15};
/// Whoever talks all the time is asked for its clock so often all the same.
inline constexpr seconds kPingAtLeast{120};
inline constexpr seconds kDeadAfter{60};

/// Inbound connections that have not proved themselves, beyond the inbound cap; at the bound the oldest of the host
/// with the most of them makes place for another host's, and the newest of that host itself is closed at once.
inline constexpr std::size_t kMaxHandshaking = 64;

/// Inbound connections of classic clients; more are closed at once.
inline constexpr std::size_t kMaxClassicConnections = 64;

/// Inbound peers that no newcomer displaces when all places are taken (p2p/eviction.hpp); Bitcoin Core's figures.
inline constexpr std::size_t kProtectedGroups = 4;
inline constexpr std::size_t kProtectedByPing = 8;
inline constexpr std::size_t kProtectedByTransactions = 4;
inline constexpr std::size_t kProtectedByBlocks = 4;

/// The least time between two evictions; newcomers meanwhile are told too_many_peers. Those who were evicted dial
/// again: more of them than there are places must not chase each other round without a pause.
inline constexpr seconds kEvictionInterval{10};

/// A violation is remembered this long; a second one meanwhile discourages for as long. At most so many keys and hosts
/// are remembered; when full, whoever offended longest ago is forgotten.
inline constexpr std::chrono::hours kViolationsRemembered{24};
inline constexpr std::chrono::hours kDiscouragedFor{24};
inline constexpr std::size_t kMaxOffenders = 10'000;

/// Of a discouraged key or host that keeps coming, the log hears once in this long.
inline constexpr std::chrono::hours kDiscouragedToldEvery{1};

/// Bans of the operator; more are refused, and a prefix does what many addresses do.
inline constexpr std::size_t kMaxBans = 1'000;

/// Waits between attempts to reach one address: from the first to the last, doubling, jittered.
inline constexpr milliseconds kFirstRetry{1'000};
inline constexpr milliseconds kLastRetry{60'000};

/// A connection that was ready and ends sooner counts as such an attempt: its peer had no place for us, and says so at
/// once. One that lasted is made again at once.
inline constexpr milliseconds kSettledAfter{10'000};

/// Dials at a time; more wait.
inline constexpr std::size_t kMaxDialing = 8;

/// A dialed address turned out to be ourselves or a node we are connected to already: tried again after this.
inline constexpr seconds kDuplicateRetry{600};

/// Addresses that led to this very node, which are not dialed again; beyond it they are, when somebody tells of them.
inline constexpr std::size_t kMaxOwnAddresses = 64;

/// The address book (Bitcoin Core's addrman): buckets of new and of tried addresses, places in each, how many new
/// buckets one source's network reaches and how many tried ones one network's addresses. What finds no place in a full
/// bucket is not taken on.
inline constexpr std::size_t kNewBuckets = 1024;
inline constexpr std::size_t kTriedBuckets = 256;
inline constexpr std::size_t kBucketPlaces = 64;
inline constexpr std::size_t kNewBucketsOfSource = 64;
inline constexpr std::size_t kTriedBucketsOfGroup = 8;

/// Tried addresses being dialed to see whether they keep a place that another claims; further claims are not noted.
inline constexpr std::size_t kMaxClaims = 10;

/// An address is terrible after so many failures without ever a success; after so many in a row when the last success
/// is that long ago; or when it was first heard of that long ago without a success since.
inline constexpr unsigned kFailuresWithoutSuccess = 3;
inline constexpr unsigned kMaxDialFailures = 10;
inline constexpr std::chrono::hours kSuccessCounts{7 * 24};
inline constexpr std::chrono::hours kHearsayCounts{30 * 24};

/// Terrible addresses are forgotten after kMaxDialFailures in a row, and dialed at last this seldom; both as long as
/// more than a few addresses are known: those may be all that leads back after a long outage.
inline constexpr std::chrono::hours kTerribleRetry{1};

/// An address that is told again is noted to have been heard of now, at most so often.
inline constexpr std::chrono::hours kHeardAgain{24};
inline constexpr std::size_t kMinAddresses = 16;

/// Looking for one to dial: so many draws, then so many of those that are due, longest first. If more are due and none
/// of these will do, there is another look after this.
inline constexpr std::size_t kDrawProbes = 64;
inline constexpr std::size_t kMaxDrawWalk = 1'024;
inline constexpr seconds kDrawAgain{10};

/// Changes of the address book wait at most this long for their write.
inline constexpr seconds kAddressFlushInterval{5};

/// A `peers` message of at most this many addresses is gossip, and what is new in it goes to this many others.
inline constexpr std::size_t kMaxGossipAddresses = 10;
inline constexpr std::size_t kGossipFanOut = 2;

/// Addresses heeded of one peer: so many at first, which an answer to get_peers fits into, then one more per interval;
/// what it tells beyond is ignored (Bitcoin Core). Invented ones cost everybody dials and further gossip.
inline constexpr std::size_t kMaxAddressesHeeded = 1'000;
inline constexpr milliseconds kAddressInterval{10'000};

/// Joins and leaves heeded of a bootstrap server that pushes them: as many at once, then one per interval. What is
/// missed is in the next list.
inline constexpr milliseconds kPushInterval{100};

/// Addresses in the answer to get_peers, and the least time between two answers on one connection.
inline constexpr std::size_t kMaxAddressesAnswered = 250;
inline constexpr seconds kPeersAnswerInterval{10};

/// The least time between two answers to get_mempool on one connection.
inline constexpr seconds kMempoolAnswerInterval{10};

/// Ids remembered per peer as known to it; the oldest are forgotten (at worst announced twice).
inline constexpr std::size_t kMaxKnownIds = 50'000;

/// Announcements are gathered for this long or until so many, then sent as one message.
inline constexpr milliseconds kAnnounceDelay{50};
inline constexpr std::size_t kAnnounceBatch = 1'000;

/// Transactions asked for and not yet here, in all; beyond it the peer with the most in line makes place.
inline constexpr std::size_t kMaxTransactionsRequested = 50'000;

/// An unanswered get_transactions goes to another announcer after this long; so many of them are remembered.
inline constexpr seconds kTransactionTimeout{5};
inline constexpr std::size_t kMaxAnnouncers = 8;

/// Refused transactions remembered, so that they are not asked for again; the oldest are forgotten.
inline constexpr std::size_t kMaxRefused = 10'000;

/// Answers written to a peer before it must show, by a pong, that it has read them.
inline constexpr std::size_t kServeWindowSizeBytes = 512 * 1024;

/// What a peer asked for and has not been sent, in ids' worth of memory (a locator counts by its entries, eight places
/// in a block as one); more is a violation.
inline constexpr std::size_t kMaxServeQueue = 4096;

/// Raw bytes in one `transactions` message.
inline constexpr std::size_t kTransactionsMessageSizeBytes = 256 * 1024;

/// What the shell's send queue per connection must hold: a served window, one more body, an announcement of
/// kMaxAnnouncedIds. A peer that reads more slowly is disconnected.
inline constexpr std::size_t kMaxSendQueueSizeBytes = 12 * 1024 * 1024;

/// get_peers to a bootstrap server: every so often, drawn between the two.
inline constexpr seconds kPollAtLeast{30};
inline constexpr seconds kPollAtMost{60};

/// How many addresses of its list it is asked for, as many as a peer gives: a fair sample, another each time. A full
/// answer of 1,000 is a quarter of a megabyte and 10 ms of work for eight connections.
inline constexpr std::uint32_t kListedAddressesAsked = 250;

/// Silence towards a bootstrap server after which it is pinged; servers close idle connections after 90 s.
inline constexpr seconds kBootstrapPingAfter{60};

/// Bootstrap servers learnt from others' answers; more are not taken on. Waits between attempts to reach one double up
/// to this. It is forgotten when it has not answered for that long, sooner if it never did, while another answers. When
/// it did is noted on disk this often.
inline constexpr std::size_t kMaxLearntServers = 16;
inline constexpr milliseconds kLearntServerRetry{600'000};
inline constexpr std::chrono::hours kLearntServerKept{7 * 24};
inline constexpr std::chrono::hours kUnansweredServerKept{24};
inline constexpr std::chrono::hours kServerAnswerNoted{1};

/// A bootstrap server's answer; slower counts as unreachable.
inline constexpr seconds kBootstrapAnswerTimeout{10};

/// How long a shutdown waits for bootstrap servers to confirm REMOVE.
inline constexpr seconds kShutdownPatience{2};

}  // namespace suara::p2p
