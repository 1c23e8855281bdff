// How many persons a second does the people step make? Prints a table for people, then one line of JSON.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "synth/people.h"

int main(int count, char** words) {
  using namespace songtan;
  if (count < 5) {
    fmt::print(stderr, "usage: {} PACK REGION PERSONS THREADS [OUT [SEED [DATE]]]\n", words[0]);
    return 2;
  }
  const std::filesystem::path out =
      count > 5 ? words[5] : std::filesystem::temp_directory_path() / "songtan-bench-people";
  const synth::PeopleRequest request{.pack = words[1],
                                     .region = words[2],
                                     .persons = std::atoll(words[3]),
                                     .seed = count > 6 ? static_cast<std::uint64_t>(std::atoll(words[6])) : 1,
                                     .date = Day::parse(count > 7 ? words[7] : "2026-08-31").value_or(Day{20'696}),
                                     .threads = std::atoi(words[4]),
                                     .out = out};
  SilentProgress silent;
  const auto start = std::chrono::steady_clock::now();
  const auto report = synth::make_people(request, silent);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (!report) {
    fmt::print(stderr, "{}\n", describe(report.error(), "en"));
    return static_cast<int>(report.error().outcome);
  }
  fmt::print("persons    {}\ndwellings  {}\ncounties   {}\nwall       {:.2f} s\nspeed      {:.0f} persons/s\n",
             report->persons, report->dwellings, report->counties, wall.count(),
             static_cast<double>(report->persons) / wall.count());
  fmt::print("{{\"persons\":{},\"threads\":{},\"wall_s\":{:.3f},\"persons_per_s\":{:.0f}}}\n", report->persons,
             request.threads, wall.count(), static_cast<double>(report->persons) / wall.count());
  return 0;
}
