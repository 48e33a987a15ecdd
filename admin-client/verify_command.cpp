// election verify: recounts a bundle, or two and compares them. Asks nobody.
#include "admin-client/bundle_report.hpp"
#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/line_file.hpp"
#include "common/client/output.hpp"
#include "common/client/progress.hpp"
#include "peer-node/audit/limits.hpp"

#include <boost/json/array.hpp>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;

/// A bundle that is being recounted.
class Recount {
 public:
  explicit Recount(const std::string& path) : file_(path, audit::kMaxLineSizeBytes) {}

  /// The next line, checked; nullopt at the end. Throws Failure kRefused that says what is wrong and where.
  std::optional<std::string_view> next() {
    const auto line = file_.next();
    if (!line) return std::nullopt;
    if (const auto taken = audit_.take(*line); !taken) throw wrong(taken.error());
    return line;
  }

  audit::Findings finish() {
    while (next()) {
    }
    auto findings = audit_.finish();
    if (!findings) throw wrong(findings.error());
    return *std::move(findings);
  }

  [[nodiscard]] const client::LineFile& file() const { return file_; }

 private:
  [[nodiscard]] Failure wrong(const Error& error) const {
    return {Exit::kRefused, std::string(error.name()),
            file_.path() + ": " + audit_.place() + ": " + client::printable(error.message())};
  }

  client::LineFile file_;
  audit::BundleAudit audit_;
};

Exit verify_one(const client::Invocation& invocation, const std::string& path) {
  Recount recount(path);
  {
    client::Progress progress(recount.file().size_bytes(), "bytes");
    while (recount.next()) progress.show(recount.file().read_bytes(), 0);
  }
  const auto findings = recount.finish();
  if (invocation.json()) {
    client::print_json(to_json(findings));
  } else {
    client::print(report(path, findings));
  }
  return Exit::kOk;
}

// Both at once, a line of whichever is behind, so that neither has to be held in memory.
Exit compare(const client::Invocation& invocation, const std::array<std::string, 2>& paths) {
  std::array<Recount, 2> recounts{Recount(paths[0]), Recount(paths[1])};
  audit::BundleDiff diff;
  {
    client::Progress progress(recounts[0].file().size_bytes() + recounts[1].file().size_bytes(), "bytes");
    while (const auto side = diff.wants()) {
      auto& recount = recounts[static_cast<std::size_t>(*side)];
      const auto text = recount.next();
      if (!text) recount.finish();  // throws: it ends too early, as its difference is still wanted
      const auto line = audit::decode_line(*text);
      diff.take(*side, *line);
      progress.show(recounts[0].file().read_bytes() + recounts[1].file().read_bytes(), 0);
    }
  }
  const std::array findings{recounts[0].finish(), recounts[1].finish()};
  const auto difference = diff.result();
  if (invocation.json()) {
    client::print_json(json::object{{"bundles", json::array{to_json(findings[0]), to_json(findings[1])}},
                                    {"difference", to_json(difference)}});
  } else {
    std::string text = report(paths[0], findings[0]) + "\n" + report(paths[1], findings[1]) + "\ncompared\n";
    for (const auto& sentence : sentences(difference, paths)) text += "    - " + sentence + "\n";
    client::print(text);
  }
  return difference.contradicts() ? Exit::kRefused : Exit::kOk;
}

}  // namespace

Exit verify_election(const client::Invocation& invocation) {
  const auto& path = invocation.words().front();
  if (const auto other = invocation.find("diff")) return compare(invocation, {path, *other});
  return verify_one(invocation, path);
}

}  // namespace suara::admin
