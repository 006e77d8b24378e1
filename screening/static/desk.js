// Single keys for the desk. Everything they do is a link or a button on the page; without this file nothing is missing.

const main = document.getElementById("main");
const keys = document.querySelector("[data-shortcuts]");
const rows = [...document.querySelectorAll("tr:has([data-open])")];
let at = rows.findIndex((row) => `#${row.querySelector("[data-open]").id}` === location.hash);

function show(place) {
  if (!rows.length) return;
  rows[at]?.classList.remove("at");
  at = Math.max(0, Math.min(rows.length - 1, place));
  rows[at].classList.add("at");
  rows[at].querySelector("[data-open]").focus();
  rows[at].scrollIntoView({ block: "nearest" });
}

function find(name) {
  return (rows[at] ?? main).querySelector(`[data-${name}]`);
}

function go(name, place = "") {
  const link = find(name);
  if (link) location.assign(link.href + place);
}

function open(name, place) {
  if (!reveal(name)) go("open", place);
}

function reveal(name) {
  const field = main.querySelector(`[data-${name}]`);
  const panel = field?.closest("details");
  if (panel) panel.open = true;
  field?.focus();
  return field;
}

const does = {
  j: () => (rows.length ? show(at + 1) : go("next")),
  k: () => (rows.length ? show(at - 1) : go("previous")),
  o: () => go("open"),
  u: () => go("back"),
  a: () => find("take")?.click(),
  n: () => open("note", "#note"),
  e: () => open("decide", "#decide"),
  "?": () => { keys.tabIndex = -1; keys.focus(); keys.scrollIntoView({ block: "center" }); },
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  if (keys?.dataset.shortcuts !== "on" || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = does[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Back in the queue on the row that was worked on; or straight at the note or the decision. After the browser's own jump.
addEventListener("load", () => setTimeout(() => {
  if (at >= 0) show(at);
  if (location.hash === "#note") reveal("note");
  if (location.hash === "#decide") reveal("decide");
}));

// "Undo" is offered for as long as the server takes it.
const undo = document.querySelector("[data-undo]");
if (undo) setTimeout(() => { if (!undo.contains(document.activeElement)) undo.remove(); }, 10_000);
