#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "policy/detail/check_state.h"
#include "policy/detail/token.h"

namespace songtan::policy::detail {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// English word → Chinese keyword. Several English words may stand for one keyword; the first listed is its twin.
constexpr std::array kKeywords = {
    Pair{"entity", "实体"},
    Pair{"group", "群体"},
    Pair{"of", "的"},
    Pair{"role", "角色"},
    Pair{"max", "至多"},
    Pair{"link", "联系"},
    Pair{"one", "一个"},
    Pair{"many", "多个"},
    Pair{"unit", "单位"},
    Pair{"currency", "货币"},
    Pair{"enum", "枚举"},
    Pair{"open", "开放"},
    Pair{"fact", "事实"},
    Pair{"constant", "恒定"},
    Pair{"state", "状态"},
    Pair{"flow", "月流量"},
    Pair{"yearly_flow", "年流量"},
    Pair{"stock", "存量"},
    Pair{"daily", "按日"},
    Pair{"weekly", "按周"},
    Pair{"monthly", "按月"},
    Pair{"yearly", "按年"},
    Pair{"default", "缺省"},
    Pair{"range", "范围"},
    Pair{"up_to", "以下"},
    Pair{"upwards", "以上"},
    Pair{"presume", "推定"},
    Pair{"collect", "采集"},
    Pair{"policy", "政策"},
    Pair{"code", "代码"},
    Pair{"office", "主管"},
    Pair{"article", "依据"},
    Pair{"from", "自"},
    Pair{"to", "至"},
    Pair{"start", "起始"},
    Pair{"parameter", "参数"},
    Pair{"by", "按"},
    Pair{"table", "取自"},
    Pair{"unconfirmed", "待核"},
    Pair{"scale", "级距"},
    Pair{"onto", "到"},
    Pair{"variable", "变量"},
    Pair{"rule", "规则"},
    Pair{"all_of", "须满足全部"},
    Pair{"any_of", "须满足任一"},
    Pair{"unless", "不符"},
    Pair{"cause", "原因"},
    Pair{"when", "当"},
    Pair{"otherwise", "否则"},
    Pair{"else", "否则"},
    Pair{"round", "取整"},
    Pair{"base", "一般"},
    Pair{"exception", "例外"},
    Pair{"before", "先于"},
    Pair{"award", "给付"},
    Pair{"status", "资格"},
    Pair{"amount", "金额"},
    Pair{"warning", "预警"},
    Pair{"class", "类别"},
    Pair{"severity", "级别"},
    Pair{"exclusive", "互斥"},
    Pair{"keep", "取"},
    Pair{"stack", "叠加"},
    Pair{"allowed", "允许"},
    Pair{"higher", "择高"},
    Pair{"offset", "抵扣"},
    Pair{"less", "减"},
    Pair{"test", "测试"},
    Pair{"time", "时间"},
    Pair{"given", "给定"},
    Pair{"others", "其余"},
    Pair{"expect", "期望"},
    Pair{"check", "检验"},
    Pair{"scenario", "情景"},
    Pair{"and", "且"},
    Pair{"or", "或"},
    Pair{"not", "非"},
    Pair{"if", "若"},
    Pair{"then", "则"},
    Pair{"in", "属于"},
    Pair{"true", "是"},
    Pair{"false", "否"},
    Pair{"half_up", "四舍五入"},
    Pair{"up", "向上"},
    Pair{"down", "向下"},
    Pair{"half_even", "四舍六入"},
    Pair{"decimals", "小数"},
    Pair{"bool", "是否"},
    Pair{"date", "日期"},
    Pair{"number", "数"},
    Pair{"members", "成员"},
    Pair{"unknown", "待核"},
    Pair{"month", "月"},
    Pair{"year", "年"},
    Pair{"day", "日"},
    Pair{"week", "周"},
    Pair{"decision_day", "决定日"},
    Pair{"period_start", "期初"},
    Pair{"period_end", "期末"},
    Pair{"document", "文号"},
    Pair{"value", "值"},
    Pair{"note", "备注"},
    Pair{"threshold", "起"},
    Pair{"rate", "率"},
    Pair{"missing", "缺"},
    Pair{"member", "成员"},
    Pair{"every", "按"},
};

}  // namespace

std::string_view canonical(std::string_view word) {
  const auto found = std::ranges::find(kKeywords, word, &Pair::first);
  return found == kKeywords.end() ? word : found->second;
}

std::string_view english_keyword(std::string_view word) {
  const auto found = std::ranges::find(kKeywords, word, &Pair::second);
  return found == kKeywords.end() ? word : found->first;
}

std::string nearest_keyword(std::string_view word) {
  std::vector<std::string> known;
  for (const auto& [english, chinese] : kKeywords) {
    known.emplace_back(english);
    known.emplace_back(chinese);
  }
  return nearest_names(word, known);
}

}  // namespace songtan::policy::detail
