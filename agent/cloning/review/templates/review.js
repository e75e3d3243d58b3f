"use strict";
const items = [...document.querySelectorAll("[data-item]")];
const store = "understudy review " + location.pathname;
const sound = document.getElementById("sound");
const editor = document.getElementById("editor");
const words = document.getElementById("words");
const told = document.getElementById("told");
let playing = null, unsaved = false;

function kept() {
  try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; }
}
function keep() {
  const now = {};
  for (const item of items) {
    const { seen, verdict, text, first } = item.dataset;
    if (verdict + text !== first) now[item.dataset.item + " " + seen] = { verdict, text };
  }
  try { localStorage.setItem(store, JSON.stringify(now)); } catch { /* private window: Save still works */ }
}
function show(item) {
  const edited = item.querySelector(":scope > .head .new");
  edited.hidden = item.dataset.verdict !== "edit";
  edited.textContent = item.dataset.text;
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
  if (playing) { playing.classList.remove("on"); playing.textContent = "▶"; }
  playing = null;
}
function play(button) {
  const again = playing === button;
  stop();
  if (again) return;
  const { src, start, end } = button.dataset;
  playing = button;
  button.classList.add("on"); button.textContent = "■";
  sound.src = src + "#t=" + start + "," + end;
  sound.ontimeupdate = () => { if (sound.currentTime >= Number(end)) stop(); };
  sound.play().catch(() => { stop(); tell("This recording can't be played: is " + src + " there?"); });
}
function tell(text) {
  told.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, 6000);
}
function save() {
  const decisions = items.filter((item) => item.dataset.verdict).map((item) => ({
    item: item.dataset.item, seen: item.dataset.seen, verdict: item.dataset.verdict, text: item.dataset.text,
  }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ decisions }, null, 1)], { type: "application/json" }));
  link.download = "decisions.json";
  link.click();
  URL.revokeObjectURL(link.href);
  unsaved = false;
  tell("Saved as decisions.json where your browser keeps downloads. Next: understudy clone review decisions.json");
}
function current() {
  return items.includes(document.activeElement) ? document.activeElement
    : document.activeElement.closest?.("[data-item]") || null;
}
function step(by) {
  const seen = items.filter((item) => item.offsetParent !== null);
  const at = seen.indexOf(current());
  const next = seen[at < 0 ? 0 : Math.min(Math.max(at + by, 0), seen.length - 1)];
  if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
}
function firstPlay(item) {
  return item.querySelector(":scope > .head .play, :scope > .against .play");
}

const before = kept();
for (const item of items) {
  item.dataset.first = item.dataset.verdict + item.dataset.text;
  Object.assign(item.dataset, before[item.dataset.item + " " + item.dataset.seen] || {});
  show(item);
}
count();
document.addEventListener("click", (event) => {
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
  if (event.ctrlKey || event.metaKey || event.altKey || editor.open || event.target.matches("input, textarea")) return;
  const item = current();
  const keys = {
    j: () => step(1), k: () => step(-1), s: save,
    a: () => item && choose(item, "accept"), r: () => item && choose(item, "reject"),
    e: () => item && edit(item), u: () => item && decide(item, ""),
    p: () => { const button = item && firstPlay(item); if (button) play(button); },
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
