// The style of the page: quiet, readable, light or dark as the reader's system is.

/** The whole style sheet. Statuses have one colour each; signs tell them apart without it. */
export const STYLE: string = `
:root{color-scheme:light dark;
--paper:#f7f7f4;--card:#fff;--ink:#1c2126;--quiet:#5b6570;--line:#e2e2dc;--soft:#efefea;
--link:#1f5fae;--focus:#1f5fae;
--pass:#1a7549;--fail:#b3261e;--warn:#8f5400;--info:#2c5f9e;--skip:#6b747d;--xfail:#6f4fa3;
--pass-bg:#e2f2e9;--fail-bg:#fbe4e1;--warn-bg:#fbeed5;--info-bg:#e2ecf8;--skip-bg:#ededea;
--xfail-bg:#ede6f7;--true:#1f5fae;--recorded:#a3601c;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{
--paper:#14171a;--card:#1b1f23;--ink:#e4e7ea;--quiet:#98a2ac;--line:#2d3339;--soft:#23282d;
--link:#82b4f0;--focus:#82b4f0;
--pass:#5cc491;--fail:#ff8a7d;--warn:#eab362;--info:#8ab6ef;--skip:#98a2ac;--xfail:#bda2ea;
--pass-bg:#18352a;--fail-bg:#44221f;--warn-bg:#3b2e16;--info-bg:#1d2f45;--skip-bg:#262b30;
--xfail-bg:#312843;--true:#82b4f0;--recorded:#e0a062}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
-webkit-text-size-adjust:100%}
header,main,body>footer{max-width:1180px;margin:0 auto;padding:0 24px}
h1,h2,h3,h4,p,ul,ol,dl,dd,blockquote,pre{margin:0;padding:0}
ul,ol{list-style:none}
a{color:var(--link);text-underline-offset:2px}
code,pre{font-family:var(--mono);font-size:.86em}
h1,h2,h3,h4,p,li,dd,blockquote,code{overflow-wrap:anywhere}
small{font-size:.82em;font-weight:400}
.quiet,small{color:var(--quiet)}
.skip-link{position:absolute;left:-999px}
.skip-link:focus{left:8px;top:8px;background:var(--card);padding:8px 12px;z-index:9}
.hidden-text{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
[hidden]{display:none!important}

header{padding-top:28px}
.brand{display:flex;align-items:center;gap:10px;font-weight:650;letter-spacing:-.01em}
.brand .quiet{font-weight:400}
.mark{display:flex}
.mark-case{fill:none;stroke:currentColor;stroke-width:1.6}
.mark-digits{stroke:currentColor;stroke-width:2;stroke-linecap:round;fill:none}
h1{font-size:clamp(30px,5vw,44px);line-height:1.1;letter-spacing:-.025em;margin-top:30px;
font-weight:680}
.verdict-good h1{color:var(--pass)}.verdict-bad h1{color:var(--fail)}
.verdict-caution h1{color:var(--warn)}
.sentence{font-size:18px;margin-top:8px;max-width:62ch}
.bar{display:block;width:100%;height:8px;border-radius:4px;margin:22px 0 12px}
.card .bar{height:5px;margin:14px 0 8px}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;font-size:14px}
.legend li{display:flex;align-items:center;gap:6px}
.fill-none{fill:var(--soft)}.fill-pass{fill:var(--pass)}
.fill-fail,.fill-error,.fill-xpass{fill:var(--fail)}.fill-warn{fill:var(--warn)}
.fill-info{fill:var(--info)}.fill-skip{fill:var(--skip);opacity:.45}.fill-xfail{fill:var(--xfail)}
.run-facts{display:flex;flex-wrap:wrap;gap:14px 36px;margin-top:26px;padding:16px 0;
border-top:1px solid var(--line)}
.run-facts dt{font-size:12.5px;color:var(--quiet)}
.run-facts .wide{flex:1 1 420px;min-width:0}
nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;border-top:1px solid var(--line);
border-bottom:1px solid var(--line);padding:10px 0}
nav a{text-decoration:none;font-size:14px}nav a:hover{text-decoration:underline}

main section{padding-top:44px}
h2{font-size:22px;letter-spacing:-.015em;line-height:1.2;margin-bottom:14px;font-weight:650}
h3{font-size:16px;line-height:1.35;font-weight:620}
h4{font-size:13px;margin:20px 0 6px;font-weight:620}
.lead{max-width:72ch;margin:-6px 0 16px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:16px;
align-items:start}
.notices{margin-top:24px;background:var(--warn-bg);border-radius:10px;padding:12px 18px}
.notices li+li{margin-top:4px}

.badge,.sign{display:inline-flex;align-items:center;justify-content:center;gap:5px;
border-radius:5px;font-weight:620;font-size:12.5px;line-height:1.5}
.badge{padding:1px 8px;flex:none;white-space:nowrap}.sign{width:20px;height:20px;flex:none}
.pass{color:var(--pass);background:var(--pass-bg)}
.fail,.error,.xpass{color:var(--fail);background:var(--fail-bg)}
.warn{color:var(--warn);background:var(--warn-bg)}
.info{color:var(--info);background:var(--info-bg)}
.skip{color:var(--skip);background:var(--skip-bg)}
.xfail{color:var(--xfail);background:var(--xfail-bg)}
.subject{font-weight:600}
.level{font-size:11px;letter-spacing:.03em;border:1px solid var(--line);border-radius:4px;
padding:0 5px;margin-left:4px;white-space:nowrap}
.where{margin-top:4px;font-size:14px;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center}
blockquote{border-left:3px solid var(--line);padding:2px 0 2px 14px;margin:12px 0}
blockquote footer{color:var(--quiet);font-size:13.5px}
.reason,.unavailable{margin-top:10px;background:var(--soft);border-radius:6px;padding:8px 12px;
overflow-wrap:anywhere}
.unavailable{background:var(--warn-bg)}
.work{display:grid;gap:14px}
.work h3{display:flex;gap:10px;align-items:baseline}
.work h3 a{color:inherit;text-decoration:none}.work h3 a:hover{text-decoration:underline}
.repeat{margin-top:12px;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline;font-size:14px}
.copy span{display:inline-block;max-width:100%;overflow-wrap:anywhere}
.copy{display:inline-block;max-width:calc(100% - 76px);background:var(--soft);border-radius:5px;padding:3px 8px;
max-height:9em;overflow:auto;vertical-align:top}
.copy-button{font:inherit;font-size:12.5px;border:1px solid var(--line);background:var(--card);
color:var(--link);border-radius:5px;padding:1px 8px;cursor:pointer;margin-left:6px;vertical-align:top}
.repeat .copy-button{margin-left:0}

.checks{display:grid;gap:6px}
.check{display:grid;grid-template-columns:20px 1fr;gap:2px 10px;font-size:14px}
.check.ok code{color:var(--quiet);margin-left:4px}
.what{overflow-wrap:anywhere}
.check dl{grid-column:2;display:grid;gap:2px}
.check dl div{display:grid;grid-template-columns:70px 1fr;gap:8px}
.check dt{color:var(--quiet)}
.notes li{font-size:14px;overflow-wrap:anywhere}
.wire{background:var(--soft);border-radius:8px;padding:10px 14px;max-height:420px;overflow:auto;
line-height:1.55;font-size:13px}
.wire code{overflow-wrap:normal}
.line i{font-style:normal;color:var(--quiet)}
.line.to-token{color:var(--link)}.line.event{color:var(--quiet)}

.filters{display:none;flex-wrap:wrap;gap:10px 14px;align-items:end;margin-bottom:14px}
.js .filters{display:flex}
.filters label{display:grid;gap:2px}
.label{font-size:12px;color:var(--quiet)}
.chips{flex-basis:100%;display:flex;flex-wrap:wrap;gap:6px}
.chip,.filters select,.filters input,.filters button,.panel-bar button,.empty button{font:inherit;font-size:14px;
height:34px;border-radius:7px;border:1px solid var(--line);background:var(--card);
color:var(--ink);padding:0 10px}
.filters button{cursor:pointer}
.chip{display:inline-flex;align-items:center;gap:6px;cursor:pointer}
.chip span{font-weight:700}.chip.pass span{color:var(--pass)}
.chip.fail span,.chip.error span,.chip.xpass span{color:var(--fail)}
.chip.warn span{color:var(--warn)}.chip.info span{color:var(--info)}
.chip.xfail span{color:var(--xfail)}.chip.skip span{color:var(--skip)}
.chip b{font-weight:500;color:var(--quiet)}
.chip[aria-pressed=true]{border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}
.filters input{width:220px;max-width:100%}
.filters output{font-size:14px;color:var(--quiet);line-height:34px}
.empty{padding:18px 0}

.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:500}
.matrix thead th{vertical-align:bottom;padding:12px 10px 8px;background:var(--card);
border-bottom:1px solid var(--line)}
.matrix thead th+th{text-align:center;width:108px;min-width:92px}
.matrix.many thead th+th{width:76px;min-width:76px;padding-left:5px;padding-right:5px;font-size:12.5px}
.matrix.many td{padding-left:2px;padding-right:2px}
.matrix thead span{display:block;overflow-wrap:break-word;font-weight:620;line-height:1.25}
.matrix thead small{display:block}
.matrix td{text-align:center;padding:3px 6px}
.matrix tbody th{padding:6px 10px 6px 16px}
.matrix th:first-child{position:sticky;left:0;background:var(--card);z-index:1;min-width:260px}
.matrix .suite>*{background:var(--soft);border-top:1px solid var(--line);
border-bottom:1px solid var(--line);padding:6px 10px;color:var(--quiet);font-size:13px}
.matrix .suite th:first-child{background:var(--soft)}
.suite button{all:unset;cursor:pointer;font-weight:650;color:var(--ink);font-size:14px}
.suite button:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.js .suite button::before{content:"▾";display:inline-block;width:1.1em;color:var(--quiet)}
.js .suite button[aria-expanded=false]::before{content:"▸"}
.count{display:inline-block;border-radius:5px;padding:0 7px;font-variant-numeric:tabular-nums}
.case+.case>*{border-top:1px solid var(--soft)}
.case .title{display:block;overflow-wrap:anywhere}
.case small{display:block;overflow-wrap:anywhere}
.cell{display:inline-flex;align-items:center;justify-content:center;width:34px;height:28px;
border-radius:6px;font-weight:700;text-decoration:none}
.cell:hover{box-shadow:inset 0 0 0 1.5px currentColor}
.cell.dim{opacity:.22}
.plain th,.plain td{padding:8px 14px;border-top:1px solid var(--line);vertical-align:middle}
.plain thead th{border-top:0;color:var(--quiet);font-size:13px}
.plain tbody th{font-weight:600}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.spread{display:block}
.spread .axis{stroke:var(--line)}.spread .range{fill:var(--true);opacity:.3}
.spread .median{stroke:var(--true);stroke-width:2}
.facts{display:grid;gap:3px;margin-top:12px;font-size:14px}
.facts div{display:grid;grid-template-columns:132px 1fr;gap:10px}
.facts dt{color:var(--quiet)}.facts dd{overflow-wrap:anywhere}
.card>.facts:first-child{margin-top:0}

.clock+.clock{margin-top:16px}
.plot-legend{margin:8px 0 6px;font-size:13px;color:var(--quiet);gap:4px 18px}
.plot{display:block;width:100%;height:auto}
.plot.narrow{display:none}
.plot .grid{stroke:var(--line)}.plot .zero{stroke:var(--quiet);stroke-opacity:.7}
.tick-line{stroke:var(--quiet);stroke-opacity:.7;fill:none}
.tick{font-size:12px;fill:var(--quiet);font-variant-numeric:tabular-nums}
.axis-title{font-size:12px;fill:var(--quiet)}
.true-line{fill:none;stroke:var(--true);stroke-width:2;stroke-linejoin:round}
.recorded-line{fill:none;stroke:var(--recorded);stroke-width:1.6;stroke-dasharray:5 4}
.mark-accepted{fill:var(--true)}
.mark-enrolled{fill:var(--card);stroke:var(--true);stroke-width:2}
.mark-refused{stroke:var(--fail);stroke-width:2.4;fill:none;stroke-linecap:round}
.mark-out-of-sync{fill:var(--fail)}
.mark-resynced{fill:none;stroke:var(--pass);stroke-width:2.6}
.how-to-read{margin-top:8px;font-size:14px;color:var(--quiet);max-width:92ch}
.story{margin-top:14px;display:grid;gap:5px;border-left:2px solid var(--line);padding-left:16px}
.story li{font-size:14.5px}
.story time{color:var(--quiet);font-variant-numeric:tabular-nums;margin-right:8px}

.result{border:1px solid var(--line);border-radius:10px;background:var(--card);margin-bottom:8px}
.result summary{padding:8px 14px;cursor:pointer;overflow-wrap:anywhere}
.result article{padding:4px 20px 18px}
.js #details{display:none}
dialog{border:0;padding:0;margin:0 0 0 auto;width:min(720px,100vw);height:100dvh;max-height:none;
max-width:none;background:var(--card);color:var(--ink);box-shadow:-12px 0 40px rgb(0 0 0/.18)}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:rgb(0 0 0/.28)}
.panel-bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:12px 20px;
border-bottom:1px solid var(--line)}
.panel-bar button{cursor:pointer}.panel-bar button:disabled{opacity:.4;cursor:default}
.panel-place{flex:1;text-align:center;color:var(--quiet);font-size:13px}
.panel-body{padding:20px 24px 40px;overflow:auto;flex:1}
.panel-body .repeat+.quiet{margin-top:14px;font-size:14px}
.panel-body h3{font-size:20px;letter-spacing:-.01em}
body>footer{padding-top:40px;padding-bottom:48px;color:var(--quiet);font-size:13.5px}

@media (max-width:680px){
header,main,body>footer{padding-left:16px;padding-right:16px}
.plot.wide{display:none}.plot.narrow{display:block}
.card{padding:16px}
.matrix th:first-child{min-width:150px;max-width:190px}
.matrix thead th+th{min-width:78px}
.matrix tbody th{padding-left:10px}
.case small code{font-size:.8em}
.repeat .quiet{flex-basis:100%}
.filters label{flex:1 1 130px}.filters label:has(input){flex-basis:200px}.filters input{width:100%}
.facts div{grid-template-columns:112px 1fr}
.legend .quiet{display:none}
.panel-bar{padding:10px 12px}.panel-place{order:9;flex-basis:100%}.panel-body{padding:16px}}
@media print{.filters,nav,.copy-button{display:none!important}.js #details{display:block}
.card,.scroll,.result{break-inside:avoid}}
`;
