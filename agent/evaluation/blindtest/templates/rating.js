"use strict";
const kit = JSON.parse(document.getElementById("data").textContent);
const store = ["understudy blind test", kit.test, kit.rater, kit.session].join(" ");
const criteria = new Map(kit.criteria.map((one) => [one.id, one]));
const [call, lines, scores, sound, told] = ["call", "lines", "scores", "sound", "told"].map((id) => document.getElementById(id));
const SURE = ["a guess", "fairly sure", "certain"];
let at = 0, unsaved = false, answers = {};

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
function remember() {
  unsaved = true;
  try { localStorage.setItem(store, JSON.stringify({ at, answers })); } catch { /* private window: Save still works */ }
}
function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(store));
    for (const { id } of kit.items) if (kept.answers[id]) answers[id] = kept.answers[id];
    at = Math.min(kept.at, kit.items.length - 1);
  } catch { /* nothing is kept yet */ }
}
function answer(item = kit.items[at]) {
  return answers[item.id] ??= { scores: {}, guess: null, sure: null, notes: "" };
}
function scored(item) { return item.asked.every((id) => id in answer(item).scores); }
function finished(item) {
  const { guess, sure } = answer(item);
  return scored(item) && (!kit.guesses || (guess !== null && sure !== null));
}
function button(value, key, text, press) {
  const made = make("button", key === "N" ? "na" : "");
  made.type = "button";
  made.dataset.value = value;
  made.append(make("b", "", key), text);
  made.addEventListener("click", press);
  return made;
}
function question(id, title, text) {
  const made = make("fieldset", "question");
  made.dataset.question = id;
  made.tabIndex = -1;
  const legend = make("legend", "", title);
  made.append(legend, make("p", "soft", text));
  return made;
}
function criterion(id) {
  const { name, question: asks, full, part, none } = criteria.get(id);
  const made = question(id, id + " " + name, asks);
  const row = make("div", "answers");
  for (const [value, text] of [[2, full], [1, part], [0, none], ["NA", ""]]) {
    const key = value === "NA" ? "N" : String(value);
    const one = button(value, key, text, () => score(id, value));
    if (key === "N") one.title = one.ariaLabel = "no chance for it";
    row.append(one);
  }
  made.append(row);
  return made;
}
function guessing() {
  const who = question("guess", "Who spoke for the company?", "Your impression, whatever gave it.");
  const row = make("div", "answers few guess");
  row.append(button("human", "P", "a person", () => guess("human")), button("ai", "A", "an AI", () => guess("ai")));
  who.append(row);
  const sure = question("sure", "How sure are you?", "");
  const steps = make("div", "answers few guess");
  SURE.forEach((text, index) => steps.append(button(index + 1, String(index + 1), text, () => certain(index + 1))));
  sure.append(steps);
  return [who, sure];
}
function noting() {
  const made = question("notes", "Notes", "");
  const field = make("textarea");
  field.rows = 2;
  field.ariaLabel = "Notes";
  field.value = answer().notes;
  field.addEventListener("input", () => { answer().notes = field.value; remember(); });
  made.append(field);
  return made;
}
function open(index, focus = true) {
  at = index;
  const item = kit.items[at];
  document.getElementById("which").textContent = "Call " + (at + 1) + " of " + kit.items.length;
  document.getElementById("code").textContent = item.id;
  lines.replaceChildren(...item.lines.map(([speaker, text]) => {
    const turn = make("p", "turn " + speaker);
    turn.append(make("span", "", speaker === "agent" ? "company" : "customer"), text);
    return turn;
  }));
  sound.pause();
  sound.hidden = !item.audio;
  if (item.audio) sound.src = item.audio; else sound.removeAttribute("src");
  scores.replaceChildren();
  let group = "";
  for (const id of item.asked) {
    if (criteria.get(id).group !== group) {
      group = criteria.get(id).group;
      scores.append(make("h2", "", kit.groups[group]));
    }
    scores.append(criterion(id));
  }
  if (kit.guesses) scores.append(make("h2", "", "And then"), ...guessing());
  scores.append(noting());
  const next = make("button", "next", at + 1 < kit.items.length ? "Next call" : "Save answers");
  next.type = "button";
  next.addEventListener("click", () => { if (at + 1 < kit.items.length) open(at + 1); else save(); });
  scores.append(next);
  call.scrollTop = 0;
  show();
  if (focus) scrollTo(0, 0);
}
function show() {
  const item = kit.items[at], given = answer();
  for (const one of scores.querySelectorAll("[data-question]")) {
    const id = one.dataset.question;
    const value = id === "guess" ? given.guess : id === "sure" ? given.sure : given.scores[id];
    for (const each of one.querySelectorAll("[data-value]")) {
      each.ariaPressed = String(value !== null && each.dataset.value === String(value));
      // The guess comes after the scores: it must not colour them.
      each.disabled = (id === "guess" && !scored(item)) || (id === "sure" && given.guess === null);
    }
  }
  const answered = Object.keys(given.scores).length;
  const whole = kit.items.filter(finished).length;
  document.getElementById("count").textContent = answered + " of " + item.asked.length;
  document.getElementById("done").style.width = 100 * whole / kit.items.length + "%";
  document.getElementById("before").disabled = at === 0;
  document.getElementById("after").disabled = at + 1 === kit.items.length;
}
function score(id, value) { answer().scores[id] = value; given(id); }
function guess(value) { if (scored(kit.items[at])) { answer().guess = value; given("guess"); } }
function certain(value) { if (answer().guess !== null) { answer().sure = value; given("sure"); } }
function given(id) {
  remember(); show();
  const questions = [...scores.querySelectorAll("[data-question]")];
  const next = questions[questions.findIndex((one) => one.dataset.question === id) + 1];
  if (next) focusOn(next);
}
function focusOn(one) { one.focus({ preventScroll: true }); one.scrollIntoView({ block: "nearest" }); }
function current() { return document.activeElement.closest("[data-question]"); }
function step(by) {
  const questions = [...scores.querySelectorAll("[data-question]")];
  const next = questions[Math.max(0, questions.indexOf(current()) + by)];
  if (next) focusOn(next);
}
function press(value) {
  if (!current()) step(1);
  const one = current()?.querySelector('[data-value="' + value + '"]:not(:disabled)');
  if (one) one.click();
}
function tell(text) {
  told.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, 6000);
}
function save() {
  const given = Object.fromEntries(kit.items.filter(({ id }) => answers[id]).map(({ id }) => [id, answers[id]]));
  const { test, rater, session } = kit;
  const text = JSON.stringify({ test, rater, session, answers: given }, null, 1);
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = [test, rater, "session", session].join("-") + ".json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = false;
  const left = kit.items.filter((item) => !finished(item)).length;
  tell("Saved as " + link.download + (left ? "; " + left + " of " + kit.items.length + " calls are not finished." : ". All calls are finished: send it back."));
}
recall();
open(at, false);
document.getElementById("before").addEventListener("click", () => open(at - 1));
document.getElementById("after").addEventListener("click", () => open(at + 1));
document.getElementById("save").addEventListener("click", save);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea")) return;
  const keys = {
    0: () => press(0), 1: () => press(1), 2: () => press(2), 3: () => press(3), n: () => press("NA"),
    p: () => guess("human"), a: () => guess("ai"), j: () => step(1), k: () => step(-1),
    ArrowDown: () => step(1), ArrowUp: () => step(-1), s: save,
    "[": () => at > 0 && open(at - 1), "]": () => at + 1 < kit.items.length && open(at + 1),
  };
  if (event.key === " " && !event.target.matches("button, summary, audio") && !sound.hidden) {
    keys[" "] = () => { if (sound.paused) sound.play(); else sound.pause(); };
  }
  if (keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]) {
    event.preventDefault();
    keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]();
  }
});
addEventListener("scroll", () => {
  document.body.classList.toggle("reading-scores", scores.getBoundingClientRect().top < innerHeight);
}, { passive: true });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
