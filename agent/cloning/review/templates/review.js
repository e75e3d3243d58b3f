"use strict";
const items = [...document.querySelectorAll("[data-item]")];
const store = "understudy review " + location.pathname;
const sound = document.getElementById("sound");
const editor = document.getElementById("editor");
const words = document.getElementById("words");
const told = document.getElementById("told");
let playing = null, unsaved = false, last = null, decided = null;

function kept() {
  try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; }
}
function keep() {
  const now = {};
  for (const item of items) {
    const { seen, verdict, text, first } = item.dataset;
    if (verdict + text !== first) now[item.dataset.item + " " + seen] = { verdict, text, first };
  }
  try { localStorage.setItem(store, JSON.stringify(now)); } catch { /* private window: Save still works */ }
}
function show(item) {
  const { verdict, text } = item.dataset;
  const edited = item.querySelector(":scope > .head .new");
  if (edited) { edited.hidden = verdict !== "edit"; edited.textContent = text; }
  for (const button of item.querySelectorAll(":scope > .head [data-do]")) {
    button.ariaPressed = String(button.dataset.do === verdict);
  }
}
function count() {
  const open = items.filter((item) => !item.dataset.verdict);
  document.getElementById("count").textContent = open.length + " of " + items.length + " open";
  document.getElementById("done").style.width = 100 * (1 - open.length / Math.max(items.length, 1)) + "%";
  for (const badge of document.querySelectorAll("[data-open]")) {
    const part = document.getElementById(badge.dataset.open);
    const left = open.filter((item) => part.contains(item)).length;
    badge.textContent = left || "✓";
  }
  for (const button of document.querySelectorAll("[data-rest]")) {
    const part = document.getElementById(button.dataset.rest);
    button.hidden = !open.some((item) => part.contains(item));
  }
}
function decide(item, verdict, text = "") {
  item.dataset.verdict = verdict;
  item.dataset.text = text;
  unsaved = true;
  decided = item;
  show(item); keep(); count();
}
function edit(item) {
  if (!item.dataset.editable) return;
  words.value = item.dataset.text || item.dataset.editable;
  editor.returnValue = "";
  editor.onclose = () => {
    const text = words.value.trim();
    if (editor.returnValue === "keep" && text) {
      decide(item, text === item.dataset.editable ? "accept" : "edit", text === item.dataset.editable ? "" : text);
    }
    item.focus();
  };
  editor.showModal();
  words.focus();
}
function choose(item, verdict) {
  if (verdict === "edit") edit(item);
  else decide(item, item.dataset.verdict === verdict ? "" : verdict);
}
function stop() {
  sound.pause();
  if (playing) { playing.classList.remove("on"); playing.textContent = "▶"; playing.ariaPressed = "false"; }
  playing = null;
}
function play(button) {
  const again = playing === button;
  stop();
  if (again) return;
  const { src, start, end } = button.dataset;
  playing = button;
  button.classList.add("on"); button.textContent = "■"; button.ariaPressed = "true";
  sound.src = src + "#t=" + start + "," + end;
  sound.ontimeupdate = () => { if (sound.currentTime >= Number(end)) stop(); };
  sound.play().catch((error) => {
    if (error.name === "AbortError") return; // stopped, or another one was started
    stop();
    tell("This recording can't be played: is " + src + " there?");
  });
}
function tell(text) {
  told.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, 6000);
}
function save() {
  // "open" takes back what was decided before this page was written.
  const decisions = items.map(({ dataset }) => dataset).filter(({ verdict, first }) => verdict || first)
    .map(({ item, seen, verdict, text }) => ({ item, seen, verdict: verdict || "open", text }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ decisions }, null, 1)], { type: "application/json" }));
  link.download = "decisions.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = false;
  tell("Saved as decisions.json where your browser keeps downloads. Next: understudy clone review decisions.json");
}
function current() {
  return document.activeElement.closest("[data-item]");
}
function step(by) {
  // An item that "open only" has hidden has no focus any more: go on from where it was.
  const at = items.indexOf(current() || last);
  const rest = by > 0 ? items.slice(at + 1) : items.slice(0, Math.max(at, 0)).reverse();
  const next = rest.find((item) => item.offsetParent !== null);
  if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
}
function firstPlay(item) {
  return item.querySelector(":scope > .head .play, :scope > .against .play");
}

const before = kept();
for (const item of items) {
  item.dataset.first = item.dataset.verdict + item.dataset.text;
  const mine = before[item.dataset.item + " " + item.dataset.seen];
  // What was taken over since then is newer.
  if (mine?.first === item.dataset.first) Object.assign(item.dataset, mine);
  show(item);
}
count();
document.addEventListener("focusin", () => { last = current() || last; });
document.addEventListener("click", (event) => {
  const link = event.target.closest("nav a");
  if (link) last = items[items.findIndex((item) => item.closest(link.hash)) - 1] || null;
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.do) choose(button.closest("[data-item]"), button.dataset.do);
  else if (button.dataset.src) play(button);
  else if (button.dataset.rest) {
    const part = document.getElementById(button.dataset.rest);
    for (const item of items) if (part.contains(item) && !item.dataset.verdict) decide(item, "accept");
  } else if (button.id === "save") save();
});
document.getElementById("only").addEventListener("change", (event) => {
  document.body.classList.toggle("only", event.target.checked);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || editor.open) return;
  const item = current();
  const keys = {
    j: () => step(1), k: () => step(-1), s: save,
    a: () => item && choose(item, "accept"), r: () => item && choose(item, "reject"),
    e: () => item && edit(item), u: () => (item || decided) && decide(item || decided, ""),
    p: () => { const button = item && firstPlay(item); if (button) play(button); },
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.close("keep");
});
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
