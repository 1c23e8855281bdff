# Everything comes from Debian's packages by name, except DuckDB (npm, see docs/decisions/0002-libraries.md).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(doctest REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(EXPAT REQUIRED)
# libzip's own CMake files want its command-line tools installed too.
find_library(LIBZIP_LIBRARY NAMES zip REQUIRED)
# CMake's own search for PostgreSQL wants the server's headers too.
find_library(LIBPQ_LIBRARY NAMES pq REQUIRED)
find_path(LIBPQ_HEADERS NAMES libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)

set(DUCKDB_HOME ${CMAKE_SOURCE_DIR}/build/deps/duckdb CACHE PATH "Folder that holds libduckdb.so")
if(NOT EXISTS ${DUCKDB_HOME}/libduckdb.so)
  message(FATAL_ERROR "libduckdb.so is missing: run tools/fetch_duckdb.sh, which puts it into build/deps/duckdb")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${DUCKDB_HOME}/libduckdb.so
  IMPORTED_NO_SONAME ON
  INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_SOURCE_DIR}/third_party/duckdb)
