// Parallel work with a result that does not depend on the number of threads: tasks are numbered, each writes only
// its own slot.
#pragma once

#include <cstddef>
#include <functional>

namespace songtan {

/// Calls task(i) for every i in [0, count) on up to `threads` threads (threads ≥ 1); returns when all have ended.
/// Tasks must not throw. Order of execution is unspecified.
void parallel_for(int threads, std::size_t count, const std::function<void(std::size_t)>& task);

/// The machine's cores, at least 1.
int hardware_threads();

}  // namespace songtan
