// The page's script: filters, folding, and the panel that shows one case. Plain JavaScript for any
// browser of the last years; it makes no markup from text.

/** The whole script. */
export const SCRIPT: string = `
"use strict";
(() => {
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
document.documentElement.classList.add("js");

// Copying commands.
for (const code of all("code.copy")) code.after(copyButton());
function copyButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = "Copy";
  return button;
}
async function copy(button) {
  const code = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(code.textContent.trim());
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

// Filters.
const form = one(".filters");
const rows = all(".matrix .case");
const folded = new Set();
const chosen = new Set();
function filter() {
  if (!form) return;
  const suite = form.elements.suite.value;
  const level = form.elements.level ? form.elements.level.value : "";
  const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const isOpen = suite !== "" || level !== "" || words.length > 0 || chosen.size > 0;
  let shown = 0;
  for (const row of rows) {
    const body = row.parentElement;
    const cells = all(".cell", row);
    let fits = (suite === "" || body.dataset.suite === suite)
      && (level === "" || row.dataset.level === level)
      && words.every((word) => row.dataset.words.includes(word));
    for (const cell of cells) {
      cell.classList.toggle("dim", chosen.size > 0 && !chosen.has(cell.dataset.status));
    }
    if (chosen.size > 0) fits = fits && cells.some((cell) => chosen.has(cell.dataset.status));
    if (fits) shown++;
    row.hidden = !fits || (!isOpen && folded.has(body));
    row.dataset.fits = fits ? "1" : "";
  }
  for (const body of all(".matrix tbody")) {
    body.hidden = !all(".case", body).some((row) => row.dataset.fits);
    one("[data-fold]", body).setAttribute("aria-expanded", String(isOpen || !folded.has(body)));
  }
  one("[data-fold-all]", form).textContent = folded.size > 0 ? "Unfold all" : "Fold all";
  one("output", form).textContent = shown === rows.length
    ? rows.length + " cases" : shown + " of " + rows.length + " cases";
  one(".empty").hidden = shown > 0;
}
function reset() {
  form.reset();
  chosen.clear();
  for (const chip of all(".chip")) chip.setAttribute("aria-pressed", "false");
  filter();
}
function toggleStatus(chip) {
  const status = chip.dataset.status;
  if (!chosen.delete(status)) chosen.add(status);
  chip.setAttribute("aria-pressed", String(chosen.has(status)));
  filter();
}
function fold(button) {
  const body = button.closest("tbody");
  if (!folded.delete(body)) folded.add(body);
  filter();
}
function foldAll() {
  const bodies = folded.size > 0 ? [] : all(".matrix tbody");
  folded.clear();
  for (const body of bodies) folded.add(body);
  filter();
}

// Large matrices begin with what holds everywhere folded away.
if (rows.length > 40) {
  for (const body of all(".matrix tbody")) {
    if (!one(".fail,.error,.xpass,.warn", body)) folded.add(body);
  }
}

// The panel.
const panel = one("#panel");
let current;
function visibleCells() {
  return all(".matrix .cell").filter((cell) => !cell.closest("[hidden]") && !cell.matches(".dim"));
}
function show(anchor) {
  const article = document.getElementById(anchor);
  if (!article || !panel.showModal) return false;
  current = all(".matrix .cell").find((cell) => cell.hash === "#" + anchor);
  if (current && folded.delete(current.closest("tbody"))) filter();
  const body = one(".panel-body", panel);
  body.replaceChildren(...article.cloneNode(true).childNodes);
  body.scrollTop = 0;
  panel.setAttribute("aria-label", article.dataset.name);
  const cells = visibleCells();
  const place = cells.indexOf(current);
  one(".panel-place", panel).textContent = place < 0 ? "" : (place + 1) + " of " + cells.length;
  for (const button of all("[data-step]", panel)) {
    button.disabled = place < 0 || !cells[place + Number(button.dataset.step)];
  }
  if (!panel.open) panel.showModal();
  history.replaceState(null, "", "#" + anchor);
  return true;
}
function step(by) {
  const cells = visibleCells();
  const next = cells[cells.indexOf(current) + by];
  if (next) show(next.hash.slice(1));
}
panel.addEventListener("close", () => {
  history.replaceState(null, "", "#matrix");
  if (current && !current.closest("[hidden]")) current.focus();
});

// Arrow keys go from cell to cell.
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function moveFrom(cell, [down, right]) {
  const visible = rows.filter((row) => !row.hidden);
  const column = cell.closest("td").cellIndex;
  let at = visible.indexOf(cell.closest("tr"));
  let to = column;
  do {
    at += down;
    to += right;
    const target = visible[at] && visible[at].cells[to];
    if (!target) return;
    const link = one(".cell", target);
    if (link) return link.focus();
  } while (true);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button,a[data-open]");
  if (event.target === panel) return panel.close();
  if (!target) return;
  if (target.matches("a[data-open]")) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (show(target.hash.slice(1))) event.preventDefault();
  } else if (target.matches(".copy-button")) void copy(target);
  else if (target.matches(".chip")) toggleStatus(target);
  else if (target.matches("[data-fold]")) fold(target);
  else if (target.matches("[data-fold-all]")) foldAll();
  else if (target.matches("[data-reset]")) reset();
  else if (target.matches("[data-close]")) panel.close();
  else if (target.matches("[data-step]")) step(Number(target.dataset.step));
});
document.addEventListener("keydown", (event) => {
  const move = MOVES[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  if (panel.open) {
    if (event.target.closest(".wire") || move[1] === 0) return;
    event.preventDefault();
    step(move[1]);
  } else if (event.target.matches && event.target.matches(".matrix .cell")) {
    event.preventDefault();
    moveFrom(event.target, move);
  }
});
if (form) {
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
}
if (/^#r-\\d+$/.test(location.hash)) show(location.hash.slice(1));
})();
`;
