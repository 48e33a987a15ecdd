#include "common/shell/name_look_up.hpp"

#include "common/shell/network_error.hpp"
#include "common/util/ascii.hpp"

#include <netdb.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

Result<Addresses> ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); failure != 0) {
    return Error(NetworkError::kCannotResolve, host + " (" + ::gai_strerror(failure) + ")");
  }
  Addresses addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
    endpoint.resize(entry->ai_addrlen);
    addresses.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return Error(NetworkError::kCannotResolve, host);
  return addresses;
}

// The C library's patience with a silent name server, of this thread: nobody waits longer than a few seconds, and a
// thread that asks in vain is missed by others.
void ask_impatiently() {
#ifdef __GLIBC__
  if (::res_init() != 0) return;
  _res.retrans = std::min(_res.retrans, 1);
  _res.retry = std::min(_res.retry, 2);
#endif
}

// The last two labels: who runs one name server there runs them all.
std::string domain_of(const std::string& host) {
  const std::size_t last = host.rfind('.');
  const std::size_t before = last == std::string::npos || last == 0 ? last : host.rfind('.', last - 1);
  return ascii_lower(before == std::string::npos || last == 0 ? host : host.substr(before + 1));
}

}  // namespace

// Where answers are left: the way from a thread back to a reactor that may be gone.
struct NameLookUps::Inbox {
  std::mutex mutex;
  asio::io_context* io = nullptr;  // null once gone
  std::function<void(std::uint64_t, Result<Addresses>)> finish;

  void leave(std::uint64_t asked, Result<Addresses> result, const std::shared_ptr<Inbox>& self) {
    const std::lock_guard lock(mutex);
    if (io == nullptr) return;
    asio::post(*io, [weak = std::weak_ptr(self), asked, result = std::move(result)] {
      if (const auto inbox = weak.lock(); inbox && inbox->finish) inbox->finish(asked, result);
    });
  }
};

namespace {

// Shared by all reactors and never destroyed, because its threads may outlive main().
class Threads {
 public:
  struct Job {
    std::shared_ptr<NameLookUps::Inbox> inbox;
    std::uint64_t id;
    std::string host;
    std::string domain;
  };

  static Threads& of_process() {
    static auto* const threads = new Threads;
    return *threads;
  }

  /// False when there is no room or no thread for it.
  bool submit(Job job) {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= kMaxQueuedLookUps) return false;
    if (idle_ <= jobs_.size() && count_ < kMaxLookUpThreads && !start_thread() && count_ == 0) return false;
    jobs_.push_back(std::move(job));
    wake_up_.notify_one();
    return true;
  }

  void withdraw(const std::shared_ptr<NameLookUps::Inbox>& inbox, std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    std::erase_if(jobs_, [&](const Job& job) { return job.inbox == inbox && job.id == id; });
  }

 private:
  bool start_thread() {
    try {
      std::thread([this] { run(); }).detach();
    } catch (const std::system_error&) {
      return false;  // those that there are serve
    }
    ++count_;
    return true;
  }

  void run() {
    ask_impatiently();
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      auto next = jobs_.end();
      wake_up_.wait(lock, [&] { return (next = first_allowed()) != jobs_.end(); });
      --idle_;
      const Job job = std::move(*next);
      jobs_.erase(next);
      ++running_[job.domain];
      lock.unlock();
      job.inbox->leave(job.id, ask_system(job.host), job.inbox);
      lock.lock();
      if (--running_[job.domain] == 0) running_.erase(job.domain);
      wake_up_.notify_one();  // for one that waited for this domain's turn
    }
  }

  std::deque<Job>::iterator first_allowed() {
    return std::ranges::find_if(jobs_, [this](const Job& job) {
      const auto running = running_.find(job.domain);
      return running == running_.end() || running->second < kMaxLookUpsPerDomain;
    });
  }

  std::mutex mutex_;
  std::condition_variable wake_up_;
  std::deque<Job> jobs_;
  std::map<std::string, std::size_t> running_;  // entries are positive
  std::size_t count_ = 0;
  std::size_t idle_ = 0;
};

}  // namespace

asio::execution_context::id NameLookUps::id;

NameLookUps::NameLookUps(asio::execution_context& context)
    : service(context), io_(static_cast<asio::io_context&>(context)), inbox_(std::make_shared<Inbox>()) {
  inbox_->io = &io_;
  inbox_->finish = [this](std::uint64_t ended, Result<Addresses> result) { finish(ended, std::move(result)); };
}

NameLookUps& NameLookUps::of(asio::io_context& io) { return asio::use_service<NameLookUps>(io); }

std::uint64_t NameLookUps::look_up(const std::string& host, Callback callback) {
  const std::uint64_t ticket = ++last_id_;
  callbacks_.emplace(ticket, std::move(callback));
  if (!Threads::of_process().submit({inbox_, ticket, host, domain_of(host)})) {
    inbox_->leave(ticket, Error(NetworkError::kCannotResolve, host + " (too many names are being looked up)"), inbox_);
  }
  return ticket;
}

void NameLookUps::cancel(std::uint64_t ticket) {
  if (callbacks_.erase(ticket) > 0) Threads::of_process().withdraw(inbox_, ticket);
}

void NameLookUps::finish(std::uint64_t ticket, Result<Addresses> result) {
  const auto found = callbacks_.find(ticket);
  if (found == callbacks_.end()) return;
  const Callback callback = std::move(found->second);
  callbacks_.erase(found);
  callback(std::move(result));
}

void NameLookUps::shutdown() {
  {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->io = nullptr;
  }
  inbox_->finish = nullptr;
  // Callbacks own what they were asked for, which may come back here to cancel.
  for (auto& [ticket, callback] : std::exchange(callbacks_, {})) callback = nullptr;
}

}  // namespace suara::shell
