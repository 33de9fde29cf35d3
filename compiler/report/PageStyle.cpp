// Tables become lists of cards where a window is narrow: each cell then says what it is of.
#include "compiler/report/PageStyle.h"

namespace llmc::report {

const char kPageStyle[] = R"css(
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d2126; --soft: #66707a; --line: #e4e1dc; --accent: #1f6f5c; --bad: #b3402a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e6e4df; --soft: #97a0a8; --line: #2c3238; --accent: #63c2a6; --bad: #f08a72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 76rem; margin: 0 auto; padding: 3.5rem 2rem 5rem; }
h1 { font-size: 2.1rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; font-weight: 620; margin: 3.2rem 0 0.4rem; }
p { margin: 0.4rem 0; max-width: 46rem; }
.lead, .note, .meaning { color: var(--soft); }
.lead { margin-top: 0.5rem; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 1rem; margin: 2.2rem 0 0; }
.figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.25rem; }
.figures dt { color: var(--soft); font-size: 0.85rem; }
.figures dd { margin: 0; overflow-wrap: anywhere; }
.figures .value { font-size: 1.65rem; font-weight: 620; letter-spacing: -0.02em; line-height: 1.35; }
.figures .note { font-size: 0.85rem; }
figure { margin: 1rem 0 0; }
.plot { display: block; width: 100%; max-width: 42rem; height: auto; }
.plot .grid { stroke: var(--line); }
.plot .axis { stroke: var(--soft); }
.plot .frontier { fill: none; stroke: var(--accent); stroke-width: 2; opacity: 0.55; }
.plot .tried { fill: var(--paper); stroke: var(--accent); stroke-width: 1.6; }
.plot .chosen { fill: var(--accent); stroke: var(--paper); stroke-width: 2; }
.plot .bound { stroke: var(--bad); stroke-dasharray: 5 4; }
.plot text { fill: var(--soft); font-size: 13px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.plot .name { fill: var(--ink); }
.plot .bound-name { fill: var(--bad); }
.plot .chosen-name { fill: var(--accent); font-weight: 620; }
.beside { display: grid; grid-template-columns: minmax(0, 42rem) minmax(14rem, 1fr); gap: 1rem 3rem; align-items: center; }
details { margin-top: 0.8rem; }
summary { cursor: pointer; color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.55rem 0.9rem 0.55rem 0; border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; color: var(--soft); border-bottom-color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 12rem; }
td { white-space: nowrap; }
td .note, th .note { display: block; font-size: 0.82rem; font-weight: 400; white-space: normal; max-width: 11rem; }
th .note { max-width: none; }
td.long { white-space: normal; overflow-wrap: anywhere; }
.bad { color: var(--bad); font-weight: 600; }
thead button { all: unset; cursor: pointer; }
thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
th[aria-sort="ascending"] button::after { content: " \2191"; }
th[aria-sort="descending"] button::after { content: " \2193"; }
.meanings { margin: 0.8rem 0 0; font-size: 0.85rem; color: var(--soft); max-width: none; }
@media (max-width: 900px) {
  main { padding: 2rem 1.1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .beside { grid-template-columns: minmax(0, 1fr); }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; width: auto; }
  tbody tr { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 0.7rem 1rem; margin-bottom: 0.7rem; }
  th, td { border: 0; padding: 0.15rem 0; white-space: normal; overflow-wrap: anywhere; }
  td { display: grid; grid-template-columns: 7.5rem 1fr; column-gap: 0.6rem; }
  td::before { content: attr(data-of); color: var(--soft); }
  td > * { grid-column: 2; }
  td.nothing { display: none; }
}
@media (max-width: 560px) {
  .plot text { font-size: 17px; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --accent: #14584a; --bad: #8c2a17; }
  main { padding: 0; max-width: none; }
  tr, .figures > div, figure { break-inside: avoid; }
  table { font-size: 0.72rem; }
}
)css";

const char kPageScript[] = R"js(
for (const table of document.querySelectorAll("table.sortable"))
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      table.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      const cellOf = row => row.children[column], body = table.tBodies[0];
      const compare = (a, b) => {
        if (a.className.includes("nothing") || b.className.includes("nothing"))
          return a.className.includes("nothing") - b.className.includes("nothing");
        const x = a.dataset.key, y = b.dataset.key;
        return down * (x === undefined || y === undefined ? a.textContent.localeCompare(b.textContent) : x - y);
      };
      [...body.rows].sort((a, b) => compare(cellOf(a), cellOf(b))).forEach(row => body.append(row));
    });
  });
)js";

} // namespace llmc::report
