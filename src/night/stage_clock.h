// What a stage of the night costs: time, processor and bytes. In: the process's own counters when the stage begins and
// ends. Out: StageTime, which goes into timing.json and into no digest.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace songtan::night {

struct StageTime {
  std::string stage;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::int64_t read_bytes = 0;     ///< asked of the system, from disk or its cache (/proc/self/io rchar)
  std::int64_t written_bytes = 0;  ///< given to the system, scratch files included (wchar)
  std::int64_t output_bytes = 0;   ///< left behind for the next stage
  bool resumed = false;            ///< its output was there already
};

/// Starts when it is made; the process's other threads are counted with it.
class StageClock {
 public:
  StageClock();
  StageTime stop(std::string stage) const;

 private:
  std::chrono::steady_clock::time_point started_;
  double cpu_seconds_;
  std::int64_t read_bytes_;
  std::int64_t written_bytes_;
};

}  // namespace songtan::night
