// Filters and sorts the list of questions. The page is whole without it; what it adds is hidden until here.
"use strict";

const list = document.getElementById("list");
const form = document.getElementById("filters");
const controls = ["search", "outcome", "status", "set", "tag"].flatMap((id) => document.getElementById(id) ?? []);
const rows = [...(list?.children ?? [])].map((item, at) => new Row(item, at));

function Row(item, at) {
  this.item = item;
  this.at = at;
  this.details = item.querySelector("details");
  const { status, outcome = "", set, tags, score, time } = item.dataset;
  Object.assign(this, { failed: "failed" in item.dataset, status, outcome, set, score: Number(score ?? NaN), time: Number(time ?? NaN) });
  this.tag = tags?.split("\n") ?? [];
}

// What is searched: question, its origin, both answers; read once, at the first search.
Row.prototype.words = function () {
  this.text ??= [...this.item.querySelectorAll(".c-at, .text")].map((part) => part.textContent).join("\n").toLowerCase();
  return this.text;
};

const tests = {
  search: (row, value) => value.toLowerCase().split(/\s+/).every((word) => row.words().includes(word)),
  outcome: (row, value) => (value === "any failure" ? row.failed : row.outcome === value),
  status: (row, value) => row.status === value,
  set: (row, value) => row.set === value,
  tag: (row, value) => row.tag.includes(value),
};

function filter() {
  const asked = controls.map(({ id, value }) => [tests[id], value.trim()]).filter(([, value]) => value);
  let shown = 0;
  for (const row of rows) {
    row.item.hidden = !asked.every(([test, value]) => test(row, value));
    if (!row.item.hidden) shown++;
  }
  const number = (value) => value.toLocaleString("en");
  document.getElementById("shown").textContent = `${number(shown)} of ${number(rows.length)} questions`;
  document.getElementById("nothing").hidden = shown > 0;
}

// The first press sorts by what deserves a look: the lowest score, the longest time. Another turns the order round.
let order = { key: "at", sign: 1 };
const headers = [...document.querySelectorAll("[data-sort]")].filter((header) => header.dataset.sort !== "none");
for (const header of headers) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = header.textContent;
  header.replaceChildren(button);
  button.addEventListener("click", () => sort(header.dataset.sort));
}

function sort(key) {
  order = { key, sign: order.key === key ? -order.sign : key === "time" ? -1 : 1 };
  const compare = (a, b) => {
    const [x, y] = [a[key], b[key]];
    if (typeof x === "string") return x.localeCompare(y) * order.sign || a.at - b.at;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y) || a.at - b.at;
    return (x - y) * order.sign || a.at - b.at;
  };
  list.append(...[...rows].sort(compare).map((row) => row.item));
  showOrder();
}

function showOrder() {
  for (const header of headers) {
    const button = header.firstChild;
    const pressed = header.dataset.sort === order.key;
    button.setAttribute("aria-pressed", pressed);
    button.textContent = button.textContent.replace(/ [↑↓]$/, "") + (pressed ? (order.sign > 0 ? " ↑" : " ↓") : "");
  }
}

// A question is opened by its address, so that one can be sent to a colleague, and by its dot in a plot.
function open(id) {
  const row = rows.find(({ details }) => details.id === id);
  if (!row) return;
  if (row.item.hidden) form.reset(), filter();
  row.details.open = true;
  row.details.scrollIntoView({ block: "start" });
}

if (list) {
  document.documentElement.classList.add("scripts");
  for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const link of document.querySelectorAll("[data-cause]")) {
    link.addEventListener("click", () => {
      form.reset();
      document.getElementById("outcome").value = link.dataset.cause;
      filter();
    });
  }
  document.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-row]")?.dataset.row;
    if (!id) return;
    history.pushState(null, "", `#${id}`);
    open(id);
  });
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  // Browsers keep what was typed when a page is loaded again.
  filter();
  showOrder();
  open(location.hash.slice(1));
}
