// The closed list of code words inside the standard records. A contract maps a department's own codes onto these;
// facts and families read only these. docs/formats/records.md explains each.
#pragma once

#include <array>
#include <string_view>

namespace songtan::model {

inline constexpr std::array<std::string_view, 19> kRelations = {
    "head",   "spouse",     "child",       "son",     "daughter",     "parent",        "father",
    "mother", "grandchild", "grandparent", "sibling", "child_in_law", "parent_in_law", "guardian",
    "ward",   "ex_spouse",  "other",       "self",    "member"};

/// household: a hukou book, relation to its head · group: members of a roster or an application · pair: two roles of a row.
inline constexpr std::array<std::string_view, 3> kRelationKinds = {"household", "group", "pair"};
inline constexpr std::array<std::string_view, 2> kAddressKinds = {"hukou", "residence"};
inline constexpr std::array<std::string_view, 2> kResidenceTypes = {"urban", "rural"};
inline constexpr std::array<std::string_view, 4> kEnrolmentStates = {"applied", "enrolled", "refused", "ended"};
/// other: an id that is no citizen number, valid by its contract's pattern.
inline constexpr std::array<std::string_view, 5> kNumberStates = {"valid", "invalid", "missing", "fifteen", "other"};
inline constexpr std::array<std::string_view, 4> kBirthPrecisions = {"day", "month", "year", "default"};

/// Money that comes in by the month.
inline constexpr std::array<std::string_view, 14> kIncomeKinds = {
    "wage",         "labour",   "social_insurance", "operating",        "farm",
    "casual",       "property", "pension_employee", "pension_resident", "pension_base",
    "unemployment", "transfer", "support",          "work_injury_care"};

inline constexpr std::array<std::string_view, 9> kAssetKinds = {
    "dwelling", "shop", "parking", "homestead", "vehicle", "company", "bank_balance", "securities", "insurance"};

inline constexpr std::array<std::string_view, 6> kSpendingKinds = {"medical_own_paid", "medical_serious", "education",
                                                                   "rehabilitation",   "power",           "gas"};

inline constexpr std::array<std::string_view, 1> kCertificateKinds = {"disability"};
inline constexpr std::array<std::string_view, 7> kDisabilityCategories = {
    "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"};
inline constexpr std::array<std::string_view, 3> kCertificateStates = {"valid", "cancelled", "frozen"};

inline constexpr std::array<std::string_view, 18> kEventKinds = {
    "birth",  "death",           "cremation", "marriage",  "divorce",      "prison",
    "detox",  "missing",         "hotline",   "job_start", "job_end",      "job_registered_lost",
    "school", "serious_illness", "move_in",   "move_out",  "work_ability", "bank_check"};

inline constexpr std::array<std::string_view, 2> kConsentKinds = {"economic_check_self", "obligor_check"};

}  // namespace songtan::model
