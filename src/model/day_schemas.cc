#include "model/day_schemas.h"

#include <array>

namespace songtan::model {
namespace {

constexpr std::array<Column, 5> kIdentityDecisions = {{
    {"kind", "VARCHAR"},
    {"record_l", "BIGINT"},
    {"record_r", "BIGINT"},
    {"decided_on", "DATE"},
    {"reason", "VARCHAR"},
}};

constexpr std::array<Column, 9> kConfirmedFacts = {{
    {"person_id", "BIGINT"},
    {"fact", "VARCHAR"},
    {"value", "BIGINT"},
    {"text", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
    {"confirmed_on", "DATE"},
    {"expires_on", "DATE"},
    {"source", "VARCHAR"},
}};

constexpr std::array<Column, 8> kOutcomes = {{
    {"class", "VARCHAR"},
    {"programme", "VARCHAR"},
    {"subject", "BIGINT"},
    {"cause", "VARCHAR"},
    {"outcome", "VARCHAR"},
    {"decided_on", "DATE"},
    {"until", "DATE"},
    {"reason", "VARCHAR"},
}};

constexpr std::array<Column, 7> kGrants = {{
    {"programme", "VARCHAR"},
    {"subject", "BIGINT"},
    {"state", "VARCHAR"},
    {"amount", "BIGINT"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
    {"decided_on", "DATE"},
}};

constexpr std::array<Column, 5> kPayments = {{
    {"programme", "VARCHAR"},
    {"subject", "BIGINT"},
    {"month", "DATE"},
    {"amount", "BIGINT"},
    {"paid_on", "DATE"},
}};

constexpr std::array<TableSchema, 5> kDay = {{
    {"day.identity_decisions", 1, kIdentityDecisions, "record_l, record_r"},
    {"day.confirmed_facts", 1, kConfirmedFacts, "person_id, fact, valid_from, confirmed_on"},
    {"day.outcomes", 1, kOutcomes, "class, programme, subject, cause, decided_on"},
    {"day.grants", 1, kGrants, "programme, subject, valid_from, decided_on"},
    {"day.payments", 1, kPayments, "programme, subject, month"},
}};

}  // namespace

std::span<const TableSchema> day_schemas() { return kDay; }

std::string day_file(const TableSchema& schema) {
  return std::string(schema.name.substr(schema.name.find('.') + 1)) + ".parquet";
}

}  // namespace songtan::model
