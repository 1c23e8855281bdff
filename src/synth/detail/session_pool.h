// Sessions that tasks side by side take and give back. In: how a session is opened. Out: sessions. Opening one costs some
// fifteen milliseconds, a register's rows often less; whose session a task gets must not matter to what it computes.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::synth::detail {

class SessionPool {
 public:
  explicit SessionPool(std::function<Result<table::Session>()> open) : open_(std::move(open)) {}

  /// Runs `task` with a session of its own; the task leaves no table behind that the next could take for its own.
  template <typename Task>
  auto with(Task task) -> decltype(task(std::declval<table::Session&>())) {
    TRY(table::Session session, take());
    auto outcome = task(session);
    if (outcome) give_back(std::move(session));  // after a failure nobody knows what it holds
    return outcome;
  }

 private:
  Result<table::Session> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        table::Session session = std::move(idle_.back());
        idle_.pop_back();
        return session;
      }
    }
    return open_();
  }

  void give_back(table::Session session) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(session));
  }

  std::function<Result<table::Session>()> open_;
  std::mutex mutex_;
  std::vector<table::Session> idle_;
};

}  // namespace songtan::synth::detail
