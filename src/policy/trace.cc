#include "policy/trace.h"

#include "policy/detail/tracer.h"

namespace songtan::policy {
namespace {

using detail::At;
using detail::Award;
using detail::Value;

Status status_of(const Value& value) {
  if (!value.exact()) return Status::to_verify;
  return value.low != 0 ? Status::yes : Status::no;
}

std::int64_t fen_of(const Value& value, int scale) {
  if (!value.exact()) return ProgrammeDecisions::kNoAmount;
  auto fen = static_cast<std::int64_t>(value.low);
  for (; scale > 2; --scale) fen /= 10;
  for (; scale < 2; ++scale) fen *= 10;
  return fen;
}

}  // namespace

Result<void> detail::require_subject(const Program& program, const Inputs& inputs, int programme,
                                     std::int64_t subject) {
  const bool known = programme >= 0 && programme < std::ssize(program.programmes());
  if (known && subject >= 0 &&
      subject < detail::rows_of(inputs, program.programmes()[static_cast<std::size_t>(programme)].entity))
    return {};
  return fail(Outcome::usage, "policy.explain", {"没有这个项目或对象", "there is no such programme or subject"});
}

Result<Explanation> explain(const Program& program, const Inputs& inputs, int programme, std::int64_t subject,
                            Month month, const Options& options) {
  TRY_VOID(validate(program, inputs));
  TRY_VOID(detail::require_subject(program, inputs, programme, subject));
  const Award& award = program.law().awards[static_cast<std::size_t>(programme)];
  detail::Tracer tracer(program, inputs, options);
  const At strict{.row = subject, .period = PeriodKey::of(month), .presumed = false, .lagged = false};
  At presumed = strict;
  presumed.presumed = true;

  Explanation told;
  told.programme = award.info.code;
  told.name = award.info.name;
  const Value status = tracer.value(award.status, strict);
  told.status = status_of(status);
  told.probable = status_of(tracer.value(award.status, presumed));
  for (const int fact : award.info.facts) {
    if (std::ranges::find(status.missing, fact) != status.missing.end())
      told.missing.push_back(program.variables()[static_cast<std::size_t>(fact)].name);
  }
  told.root = tracer.variable(award.info.status, strict);
  if (award.amount < 0) return told;
  const bool settled = told.status == Status::yes;
  if (settled || told.probable == Status::yes) {
    const At& at = settled ? strict : presumed;
    told.amount = fen_of(tracer.value(award.amount, at), program.law().variable(award.amount).type.scale);
    told.amount_steps.push_back(tracer.variable(award.info.amount, at));
  }
  return told;
}

}  // namespace songtan::policy
