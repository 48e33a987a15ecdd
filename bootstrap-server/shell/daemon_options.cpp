#include "bootstrap-server/shell/daemon_options.hpp"

#include "bootstrap-server/shell/version.hpp"
#include "common/util/hex.hpp"
#include "common/wire/limits.hpp"

#include <array>
#include <utility>

namespace suara::directory {

shell::ProgramSpec program_spec() {
  return {"bootstrap-server",
          "keeps the directory of peers and tells everybody who joins and who leaves",
          std::string(kVersion),
          {
              {.group = "Network",
               .name = "listen",
               .value_name = "ADDRESS",
               .help = "where peers and clients connect; BOOTSTRAP_PORT alone sets the port",
               .default_value = "0.0.0.0:4000",
               .variable = "BOOTSTRAP_PORT",
               .variable_prefix = "0.0.0.0:"},
              {.group = "Network",
               .name = "http",
               .value_name = "ADDRESS|off",
               .help = "where operators look: /metrics, /v1/peers, /v1/stats, /livez, /readyz",
               .default_value = "127.0.0.1:4080"},
              {.group = "Network",
               .name = "max-connections",
               .value_name = "N",
               .help = "connections in all; one more displaces a silent one or is closed",
               .default_value = "10000"},
              {.group = "Network",
               .name = "max-per-ip",
               .value_name = "N",
               .help = "connections from one address; containers and NAT share addresses",
               .default_value = "64"},
              {.group = "Network",
               .name = "allow",
               .value_name = "CIDR",
               .help = "who may connect, as 192.0.2.0/24; everybody when nobody is named",
               .repeatable = true},
              {.group = "Network",
               .name = "deny",
               .value_name = "CIDR",
               .help = "who may not connect, whatever --allow says",
               .repeatable = true},
              {.group = "Directory",
               .name = "data-dir",
               .value_name = "FOLDER",
               .help = "the database",
               .default_value = "suara-bootstrap"},
              {.group = "Directory",
               .name = "repair",
               .value_name = "",
               .help = "check the whole database; set a damaged one aside in its folder and begin an empty one"},
              {.group = "Directory",
               .name = "ttl",
               .value_name = "SECONDS",
               .help = "how long a registration counts unless it is renewed",
               .default_value = "120"},
              {.group = "Directory",
               .name = "verify",
               .value_name = "off|mark|require",
               .help = "dial new addresses back: mark who was reached, or list nobody else",
               .default_value = "mark"},
              {.group = "Directory",
               .name = "admin-key",
               .value_name = "HEX",
               .help = "public key that may change every row, beside that of admin.pem in --data-dir",
               .repeatable = true},
              {.group = "Directory",
               .name = "others",
               .value_name = "ADDRESS",
               .help = "another bootstrap server, named to peers when they register",
               .repeatable = true},
              {.group = "Rates of one caller",
               .name = "rate-register",
               .value_name = "RATE/BURST",
               .help = "REGISTER: so many a second, after a burst; or off",
               .default_value = "20/200"},
              {.group = "Rates of one caller",
               .name = "rate-foreign",
               .value_name = "RATE/BURST",
               .help = "REGISTER of a name or of another's address, besides",
               .default_value = "2/100"},
              {.group = "Rates of one caller",
               .name = "rate-get-peers",
               .value_name = "RATE/BURST",
               .help = "GET_PEERS",
               .default_value = "20/200"},
              {.group = "Rates of one caller",
               .name = "rate-remove",
               .value_name = "RATE/BURST",
               .help = "REMOVE",
               .default_value = "10/100"},
              {.group = "Rates of one caller",
               .name = "rate-subscribe",
               .value_name = "RATE/BURST",
               .help = "SUBSCRIBE",
               .default_value = "10/200"},
              {.group = "Rates of one caller",
               .name = "rate-ping",
               .value_name = "RATE/BURST",
               .help = "PING",
               .default_value = "20/200"},
              {.group = "Rates of one caller",
               .name = "rate-mistakes",
               .value_name = "RATE/BURST",
               .help = "lines that are no request, and requests above a rate; then disconnected",
               .default_value = "5/100"},
              {.group = "Rates of one caller",
               .name = "rate-exempt",
               .value_name = "CIDR",
               .help = "callers without rates, in place of 127.0.0.0/8 and ::1",
               .repeatable = true},
          },
          {"admin-client(1)", "peer-node(8)"}};
}

namespace {

constexpr std::array<std::pair<Bucket, const char*>, kBuckets> kRateOptions{{
    {Bucket::kRegister, "rate-register"},
    {Bucket::kForeign, "rate-foreign"},
    {Bucket::kGetPeers, "rate-get-peers"},
    {Bucket::kRemove, "rate-remove"},
    {Bucket::kSubscribe, "rate-subscribe"},
    {Bucket::kPing, "rate-ping"},
    {Bucket::kMistakes, "rate-mistakes"},
}};

Rates read_rates(const shell::Config& config) {
  Rates rates;
  for (const auto& [bucket, option] : kRateOptions) {
    const auto rate = Rate::parse(config.text(option));
    if (!rate) config.refuse(option, "a rate is RATE/BURST, as 0.5/30: 0.5 a second, after 30 at once; or off");
    rates[bucket] = *rate;
  }
  return rates;
}

Verify read_verify(const shell::Config& config) {
  const std::string text = config.text("verify");
  if (text == "off") return Verify::kOff;
  if (text == "mark") return Verify::kMark;
  if (text != "require") config.refuse("verify", "one of off, mark and require");
  return Verify::kRequire;
}

// What is given takes the place of loopback.
CidrList read_rate_exempt(const shell::Config& config) {
  const std::vector<Cidr> given = config.prefixes("rate-exempt");
  return given.empty() ? CidrList::loopback() : CidrList(given);
}

std::vector<PublicKey> read_admin_keys(const shell::Config& config) {
  std::vector<PublicKey> keys;
  for (const std::string& text : config.all("admin-key")) {
    const auto bytes = from_hex(text);
    const auto key = parse_public_key(bytes.value_or(Bytes()));
    if (!key) config.refuse("admin-key", "a public key is 128 hexadecimal digits: " + key.error().message());
    keys.push_back(*key);
  }
  return keys;
}

std::vector<wire::Address> read_others(const shell::Config& config) {
  std::vector<wire::Address> others = config.addresses("others");
  if (others.size() > wire::kMaxOtherServers) {
    config.refuse("others", "at most " + std::to_string(wire::kMaxOtherServers) + " servers can be named");
  }
  return others;
}

}  // namespace

DaemonOptions read_daemon_options(const shell::Config& config) {
  constexpr std::uint64_t kLongestTtl = 72 * 3600;
  DaemonOptions options;
  options.listen = config.address("listen");
  if (config.text("http") != "off") options.http = config.address("http");
  options.data_folder = config.text("data-dir");
  options.repair = config.flag("repair");
  options.directory.ttl = std::chrono::seconds(config.number("ttl", 1, kLongestTtl));
  options.directory.verify = read_verify(config);
  options.directory.rates = read_rates(config);
  options.directory.rate_exempt = read_rate_exempt(config);
  options.directory.admin_keys = read_admin_keys(config);
  options.directory.others = read_others(config);
  options.max_connections = config.number("max-connections", 1, 1'000'000);
  options.max_connections_per_address = config.number("max-per-ip", 1, 1'000'000);
  options.access = {CidrList(config.prefixes("allow")), CidrList(config.prefixes("deny"))};
  return options;
}

}  // namespace suara::directory
