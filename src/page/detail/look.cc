#include "page/detail/look.h"

namespace songtan::page {
namespace {

constexpr const char* kLight = R"css(
--st-page:#F3F5F6;--st-surface:#FFFFFF;--st-sunken:#E9ECEE;--st-ink:#1F1B18;--st-ink-2:#4B4641;--st-ink-3:#65605A;
--st-line:#D5DADD;--st-line-strong:#82888D;--st-link:#0B57A4;--st-focus:#0B57A4;--st-bar:#211D1A;--st-bar-text:#F2F4F5;
--st-bar-meta:#B9B4AE;--st-action:#2B2622;--st-action-text:#FFFFFF;--st-coal:#F07A3A;
--st-entitled:#B23A12;--st-verify:#3A82DC;--st-over:#6133A6;--st-warning:#BC7F00;--st-overdue:#6F0E37;--st-arrived:#2B6E6E;
--st-neutral:#82888D;--st-on-mark:#FFFFFF;--st-warning-text:#795000;--st-warning-tint:#FCF3DC;
--st-need-1:#FBEDE3;--st-need-2:#F3CBAF;--st-need-3:#E3A176;--st-need-4:#CC7140;--st-need-5:#A84717;--st-need-6:#6B260A;
--st-map-text:#1F1B18;--st-map-text-strong:#FFFFFF;--st-hatch:rgb(255 255 255/.62);color-scheme:light;)css";

constexpr const char* kDark = R"css(
--st-page:#141210;--st-surface:#1F1C19;--st-sunken:#191614;--st-ink:#EEF1F3;--st-ink-2:#C6C2BD;--st-ink-3:#A09A93;
--st-line:#3A342F;--st-line-strong:#8C857E;--st-link:#8FC1FF;--st-focus:#9CC8FF;--st-bar:#0D0B0A;--st-bar-text:#EEF1F3;
--st-bar-meta:#A8A29B;--st-action:#ECEFF1;--st-action-text:#1A1714;--st-coal:#F07A3A;
--st-entitled:#E98F4A;--st-verify:#528CDD;--st-over:#D3B2F4;--st-warning:#F3E148;--st-overdue:#EE4E80;--st-arrived:#88DAC2;
--st-neutral:#8C857E;--st-on-mark:#1A1714;--st-warning-text:#EBD75A;--st-warning-tint:#352E10;
--st-need-1:#33241B;--st-need-2:#5E331A;--st-need-3:#8F4A1E;--st-need-4:#C46A2C;--st-need-5:#EE9A5B;--st-need-6:#FFD6B5;
--st-map-text:#EEF1F3;--st-map-text-strong:#1A1714;--st-hatch:rgb(20 18 16/.62);color-scheme:dark;)css";

constexpr const char* kRest = R"css(
*{box-sizing:border-box}
html{background:var(--st-page);color:var(--st-ink);font-size:100%;-webkit-text-size-adjust:100%}
html[lang=zh] .en,html[lang=en] .zh{display:none!important}
body{margin:0;font:400 .875rem/1.375rem var(--st-font);font-variant-numeric:tabular-nums;text-autospace:normal;text-spacing-trim:trim-start}
html,html[lang=zh]{--st-font:"PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
html[lang=en]{--st-font:-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
[lang=zh]{font-family:"PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
a{color:var(--st-link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--st-focus);outline-offset:2px}
header.bar{background:var(--st-bar);color:var(--st-bar-text);min-height:3rem;display:flex;align-items:center;gap:12px;padding:0 24px;flex-wrap:wrap}
header.bar strong{font-weight:600;font-size:1rem}
header.bar .meta{color:var(--st-bar-meta);font-size:.8125rem}
header.bar .acts{margin-left:auto;display:flex;gap:8px;padding:8px 0}
button{font:inherit;min-height:2rem;padding:0 12px;border-radius:4px;border:1px solid var(--st-bar-meta);background:transparent;color:var(--st-bar-text);cursor:pointer}
button.primary{background:#ECEFF1;color:#1A1714;border-color:#ECEFF1}
header.bar :focus-visible{outline-color:#9CC8FF}
@media (pointer:coarse){button{min-height:2.75rem}}
main{max-width:84rem;margin:0 auto;padding:24px}
h1{font-size:1.375rem;line-height:2.125rem;font-weight:600;margin:0 0 8px;max-width:54em;text-wrap:pretty}
.rests{color:var(--st-ink-3);font-size:.8125rem;line-height:1.25rem;margin:0 0 24px;max-width:80em}
.rests b{color:var(--st-ink-2);font-weight:600}
.grid{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px}
section{background:var(--st-surface);border:1px solid var(--st-line);border-radius:6px;padding:16px 24px 20px;grid-column:1/-1;min-width:0}
section.half{grid-column:auto}
h3{font-size:.875rem;line-height:1.375rem;font-weight:600;margin:16px 0 4px}.bridge{stroke-width:3}
h2{font-size:1.0625rem;line-height:1.625rem;font-weight:600;margin:0;text-wrap:pretty}
section>p.sub{color:var(--st-ink-3);font-size:.8125rem;line-height:1.25rem;margin:2px 0 12px;text-wrap:pretty}
p{max-width:60em;text-wrap:pretty}
.steps{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));margin:0;padding:0;list-style:none;gap:0}
.steps li{padding:4px 16px;border-left:1px solid var(--st-line)}
.steps li:first-child{border-left:0;padding-left:0}
.steps b{display:block;font-size:1.75rem;line-height:2.25rem;font-weight:600}
.steps span.note{display:block;color:var(--st-ink-3);font-size:.8125rem;line-height:1.25rem}
.bars{display:grid;grid-template-columns:minmax(5rem,max-content) minmax(4rem,1fr) max-content;column-gap:12px;row-gap:6px;align-items:center}
.bar-row{display:contents}
.bar-row .label{min-width:0}
.bar-row .value{text-align:right}
.track{display:block;height:14px;background:var(--st-sunken)}
.track.none{background:none;border-bottom:1px dashed var(--st-line-strong);height:7px;margin-bottom:7px}
.track svg{display:block}
.waterfall .track{height:18px;background:none}
.fill-entitled{fill:var(--st-entitled)}.fill-verify{fill:var(--st-verify)}.fill-over{fill:var(--st-over)}.fill-warning{fill:var(--st-warning)}
.fill-arrived{fill:var(--st-arrived)}.fill-neutral{fill:var(--st-neutral)}.fill-ink{fill:var(--st-ink-2)}.fill-overdue{fill:var(--st-overdue)}
.line-entitled,.line-verify,.line-over,.line-warning,.line-arrived,.line-neutral,.line-ink{fill:none;stroke-width:2;stroke:var(--st-ink-2)}
.line-entitled{stroke:var(--st-entitled)}.line-verify{stroke:var(--st-verify)}.line-over{stroke:var(--st-over)}.line-warning{stroke:var(--st-warning)}
.line-arrived{stroke:var(--st-arrived)}.line-neutral{stroke:var(--st-neutral)}
.against{fill:var(--st-surface);stroke:var(--st-ink-2);stroke-width:1.5}
.ring-verify{fill:none;stroke:var(--st-verify);stroke-width:1.4;stroke-dasharray:2.2 1.6}.ring-verify.solid{stroke-dasharray:none}
.on-mark{stroke:var(--st-on-mark);stroke-width:1.6}.tick{fill:none;stroke:var(--st-arrived);stroke-width:2}
.axis{stroke:var(--st-line-strong);stroke-width:1}.mark{stroke:var(--st-ink);stroke-width:2}.threshold{stroke:var(--st-ink-3);stroke-width:1;stroke-dasharray:4 3}
.tag{display:inline-flex;align-items:center;gap:6px;white-space:nowrap}.glyph{flex:none}
.key{display:flex;flex-wrap:wrap;gap:4px 16px;margin:12px 0 0;color:var(--st-ink-2);font-size:.8125rem;align-items:center}
.key span{display:inline-flex;align-items:center;gap:6px}
.multiples{display:flex;flex-wrap:wrap;gap:16px 32px}
.multiple{margin:0}.multiple figcaption{display:flex;justify-content:space-between;gap:8px;max-width:260px}
.multiple svg{display:block}.ticks{display:flex;justify-content:space-between;color:var(--st-ink-3);font-size:.8125rem}
.tick-text{font-size:12px;fill:var(--st-ink-3);text-anchor:middle}.tick-text.end{text-anchor:end}
.spark{display:block;margin-left:auto}
.scroll{overflow-x:auto;margin-top:8px}
table{border-collapse:collapse;width:100%}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:6px 12px 6px 0;border-bottom:1px solid var(--st-line);text-align:left;vertical-align:top}
thead th{color:var(--st-ink-3);font-weight:400;font-size:.8125rem;vertical-align:bottom}
tbody th{font-weight:400}
th.number,td.number{text-align:right;white-space:nowrap}
tr.total th,tr.total td{font-weight:600;border-bottom:0;border-top:1px solid var(--st-line-strong)}
.hidden-count{color:var(--st-ink-3)}
.stale{color:var(--st-warning-text);background:var(--st-warning-tint);border:1px dashed var(--st-warning);border-radius:12px;padding:0 8px;font-size:.8125rem;white-space:nowrap}
.missing{border:1px dashed var(--st-verify);border-radius:12px;padding:0 8px;font-size:.8125rem;white-space:nowrap}
details{margin-top:12px}summary{cursor:pointer;color:var(--st-link);text-decoration:underline;text-underline-offset:.15em;font-size:.8125rem;min-height:1.5rem;width:max-content}
.place{stroke:var(--st-line-strong);stroke-width:1}
.need-0{fill:var(--st-need-1)}.need-1{fill:var(--st-need-2)}.need-2{fill:var(--st-need-3)}.need-3{fill:var(--st-need-4)}.need-4{fill:var(--st-need-5)}.need-5{fill:var(--st-need-6)}
.no-data,.small-cell{fill:var(--st-surface)}
.map{display:block;margin:0 auto;max-width:100%}.map.narrow{display:none}
.map-text{font-size:13px;text-anchor:middle;fill:var(--st-map-text)}.map-text.on-dark{fill:var(--st-map-text-strong)}
footer{max-width:84rem;margin:0 auto;padding:0 24px 48px;color:var(--st-ink-2);font-size:.8125rem;line-height:1.25rem}
footer h2{font-size:.875rem}footer li{max-width:60em;margin:4px 0}
@media (max-width:64rem){.grid{grid-template-columns:minmax(0,1fr)}}
@media (max-width:40rem){main{padding:12px}header.bar{padding:8px 12px 0}section{padding:12px 12px 16px;overflow:hidden}footer{padding:0 12px 32px}
h1{font-size:1.25rem;line-height:1.875rem}.map.wide{display:none}.map.narrow{display:block}body{font-size:.9375rem;line-height:1.5rem}
.steps{grid-template-columns:1fr 1fr}.steps li{border-left:0;padding:4px 0}.bars{grid-template-columns:minmax(0,1fr) max-content;row-gap:2px}
.bar-row .label{grid-column:1}.bar-row .track{grid-column:1/-1;grid-row:auto;order:0}.bar-row .value{grid-column:2}
.bar-row{display:grid;grid-column:1/-1;grid-template-columns:minmax(0,1fr) max-content;column-gap:12px;margin-bottom:8px}
.bar-row .value{grid-row:1}}
@media (forced-colors:active){.fill-entitled,.fill-verify,.fill-over,.fill-warning,.fill-arrived,.fill-neutral,.fill-ink{fill:CanvasText}}
@media print{@page{size:A4;margin:16mm 14mm}html{background:none}body{font-size:10pt;line-height:14pt}main,footer{padding:0;max-width:none}
header.bar{background:none;color:#1F1B18;padding:0 0 8px;border-bottom:1px solid #82888D;margin-bottom:12px;min-height:0}header.bar .meta{color:#4B4641}
header.bar .acts,details:not([open]){display:none}.grid{display:block}section,section.half{margin:0 0 10px;padding:10px 14px 12px;break-inside:avoid}
h2,p.sub{break-after:avoid}tr{break-inside:avoid}h1{font-size:15pt;line-height:21pt}
.steps{grid-template-columns:repeat(5,1fr)}.steps b{font-size:16pt;line-height:20pt}.steps li{padding:4px 8px}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}.scroll{overflow:visible}th,td{padding:3px 8px 3px 0}.bars{row-gap:3px}}
@media (prefers-reduced-motion:no-preference){button{transition:background-color 120ms}}
)css";

}  // namespace

std::string page_style() {
  return std::string(":root{") + kLight + "}\n@media screen and (prefers-color-scheme:dark){html:not(.light){" + kDark +
         "}}\n@media screen{html.dark{" + kDark + "}}" + kRest;
}

std::string page_script() {
  return R"js(
(function(){var root=document.documentElement;
function told(lang){root.lang=lang;document.title=root.getAttribute('data-title-'+lang);}
document.getElementById('language').onclick=function(){told(root.lang==='zh'?'en':'zh');};
document.getElementById('shade').onclick=function(){var dark=root.classList.contains('dark')||(!root.classList.contains('light')&&matchMedia('(prefers-color-scheme:dark)').matches);
root.classList.toggle('dark',!dark);root.classList.toggle('light',dark);};
document.getElementById('print').onclick=function(){window.print();};
if(location.hash==='#en'||location.hash==='#zh')told(location.hash.slice(1));})();
)js";
}

}  // namespace songtan::page
