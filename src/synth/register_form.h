// How one department's register looks from outside: file format, columns, codes, delays, dirt. In: the folder
// packs/<pack>/synth/registers/*.toml. Out: RegisterForm. It is written apart from the source contracts that ingest
// reads and never derived from them, so that one error cannot hide in both. docs/formats/synth.md has the prose.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::synth {

enum class FileFormat : std::uint8_t { csv, parquet };
enum class FileEncoding : std::uint8_t { utf8, gb18030 };

/// How a value is written. In Parquet the types are: dates DATE, numbers BIGINT, everything else VARCHAR.
enum class ValueForm : std::uint8_t {
  text,
  date_digits,   ///< 20260705
  date_iso,      ///< 2026-07-05
  date_slash,    ///< 2026/07/05
  date_chinese,  ///< 2026年7月5日
  month_digits,  ///< 202607 (from a DATE)
  month_iso,     ///< 2026-07 (from a DATE)
  integer,
  yuan,               ///< two decimals, from 1/10,000 yuan
  ten_thousand_yuan,  ///< four decimals of 万元, from 1/10,000 yuan
  fen,                ///< integer, from 1/10,000 yuan
  hundredths,         ///< two decimals, from hundredths
};

/// Which kind of error a column suffers.
enum class DirtClass : std::uint8_t { none, number, name, birth, address, phone, age };

struct ColumnForm {
  std::string name;   ///< the delivered column's name
  std::string value;  ///< the column of the register's SELECT
  ValueForm form = ValueForm::text;
  DirtClass dirt = DirtClass::none;
  int role = 0;  ///< position in RegisterForm::roles
  std::map<std::string, std::string>
      codes;  ///< our word → the department's code; a word that is not listed is an error
};

/// Which of the perfect records an office holds, and when it comes to know them.
struct Delivers {
  std::string table;            ///< a standard record table
  std::string where;            ///< SQL over the table's columns, person_id and `person` p
  std::string unambiguous;      ///< SQL condition that a profile without dirt adds (docs/formats/synth.md)
  std::string began;            ///< SQL date that must have been reported before the delivery; empty: always known
  bool end_is_planned = false;  ///< valid_to is known from the start (a certificate's expiry) instead of being reported
};

/// How a register tells what changed since its last delivery: a further column and its three words.
struct DeltaForm {
  std::string column;  ///< empty: the register delivers everything every time
  std::string inserted;
  std::string updated;
  std::string deleted;
};

struct RegisterForm {
  std::string source;
  FileFormat format = FileFormat::csv;
  FileEncoding encoding = FileEncoding::utf8;
  std::string extension;
  std::vector<std::string> roles;        ///< the first is "self"
  std::vector<std::int64_t> lag_days;    ///< {least, most}: days from a file's delivery to the day of the night
  std::vector<std::int64_t> delay_days;  ///< days from an event to the office's knowing: 0, 25, 50, 75, 100 % quantiles
  DeltaForm delta;
  std::vector<Delivers> delivers;
  std::string rows;  ///< one SELECT: hidden columns _key, _office, _person…, and the values
  std::vector<ColumnForm> columns;

  /// Name of the hidden column with a role's true person: "_person" for the first role, "_person_<role>" for others.
  std::string person_column(std::size_t role) const { return role == 0 ? "_person" : "_person_" + roles[role]; }
};

/// All registers of a pack, sorted by source id.
/// Errors: synth.toml with file, line and key.
Result<std::vector<RegisterForm>> read_register_forms(const std::filesystem::path& folder);

}  // namespace songtan::synth
