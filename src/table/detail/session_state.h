#pragma once

#include <duckdb.h>

#include "table/session.h"

namespace songtan::table {

struct Session::State {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();
};

}  // namespace songtan::table
