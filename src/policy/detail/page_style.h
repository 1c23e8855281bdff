// The look of the pages: system letters, one column on a phone, the article beside the rule on a desk, ink on paper.
#pragma once

#include <string_view>

namespace songtan::policy::detail {

inline constexpr std::string_view kPageStyle = R"css(
:root{--ink:#1c2430;--soft:#5b6675;--paper:#fff;--panel:#f5f7fa;--line:#dde3ea;--accent:#0b5fa5;--keyword:#8a3ffc;--text:#0a6b3d;
--number:#a44200;--warn:#8a5a00;--warnpaper:#fff4d6;--article:#fbf8f1;--articleline:#e6d9b8}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa7b6;--paper:#12161c;--panel:#1a2028;--line:#2c3642;--accent:#6db3f2;
--keyword:#c4a1ff;--text:#7fd6a3;--number:#ffb27a;--warn:#ffd479;--warnpaper:#3a2f12;--article:#1d1b15;--articleline:#4a4128}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.65;
font-family:system-ui,-apple-system,"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main,header{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem;border-bottom:1px solid var(--line)}
header nav{display:flex;justify-content:space-between;gap:1rem;font-size:.9rem}
h1{font-size:2rem;line-height:1.25;margin:.6rem 0 .2rem}
h2{font-size:1.3rem;margin:2.4rem 0 .8rem;padding-bottom:.3rem;border-bottom:2px solid var(--line)}
h3{font-size:1.05rem;margin:0 0 .4rem}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
.subtitle,.soft{color:var(--soft)}.subtitle{margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:1rem 0 1.4rem}dt{color:var(--soft)}dd{margin:0}
pre{margin:0;padding:.8rem 1rem;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;overflow-x:auto;
white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6;font:.92rem/1.6 ui-monospace,"Noto Sans Mono CJK SC","Sarasa Mono SC",monospace}
.k{color:var(--keyword)}.s{color:var(--text)}.n{color:var(--number)}
.rule{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1rem;margin:0 0 1.6rem;align-items:start}
.rule>div{min-width:0}
.article{background:var(--article);border:1px solid var(--articleline);border-left-width:4px;border-radius:.4rem;padding:.6rem .9rem;
margin:0 0 .6rem;font-size:.92rem}
.article p{margin:.25rem 0}.article summary{cursor:pointer}
.badge{display:inline-block;padding:0 .5em;border-radius:1em;font-size:.8rem;border:1px solid var(--line);color:var(--soft);white-space:nowrap}
.warn{background:var(--warnpaper);color:var(--warn);border-color:transparent}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;padding:.8rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}td.amount{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.picture path{fill:none;stroke:var(--soft);stroke-opacity:.45;stroke-width:1.3}
.picture rect{fill:var(--paper);stroke:var(--accent);stroke-width:1.3}.picture .fact rect{stroke:var(--soft)}
.picture .parameter rect{stroke:var(--number);stroke-dasharray:5 3}
.picture text{fill:var(--ink);font-size:13px;text-anchor:middle}.picture a:hover rect{stroke-width:2.6}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem;padding:0;list-style:none}
.cards li{border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.2rem;background:var(--panel)}
.cards h3 a{color:inherit}footer{color:var(--soft);font-size:.85rem;padding:2rem 0}
@media(max-width:52rem){.rule{grid-template-columns:minmax(0,1fr)}h1{font-size:1.6rem}pre{font-size:.85rem}}
@media print{:root{--ink:#000;--soft:#444;--paper:#fff;--panel:#fff;--line:#bbb;--accent:#000;--keyword:#000;--text:#000;--number:#000;
--warn:#000;--warnpaper:#fff;--article:#fff;--articleline:#999}body{font-size:10pt;line-height:1.45}header nav{display:none}
.rule,tr,.article{break-inside:avoid}h2,h3{break-after:avoid}.k{font-weight:600}.scroll{border:0;padding:0}
.picture{width:100%;height:auto}.warn{border:1px solid #000}@page{margin:18mm 15mm}}
)css";

}  // namespace songtan::policy::detail
