// The board and a live call's page: clocks, levels, keys and dialogs. The words come through htmx.
(() => {
  const stream = document.getElementById("stream");
  const QUIETEST_DBFS = -60;

  // -- clocks: the server's time, whatever this machine's clock says

  const offset = Number(stream.dataset.now) - Date.now() / 1000;
  function showClocks() {
    for (const clock of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.round(Date.now() / 1000 + offset - clock.dataset.since));
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
  }
  setInterval(showClocks, 1000);

  // -- the stream

  let levels = {};
  function showLevels() {
    for (const place of document.querySelectorAll("[data-levels]")) {
      const legs = levels[place.dataset.levels] || [QUIETEST_DBFS, QUIETEST_DBFS];
      place.querySelectorAll(".meter i").forEach((bar, leg) => {
        bar.style.transform = `scaleX(${1 - legs[leg] / QUIETEST_DBFS})`;
      });
    }
  }
  document.body.addEventListener("htmx:sseOpen", (event) => {
    document.body.classList.remove("offline");
    const source = event.detail.source;
    source.addEventListener("levels", (message) => {
      levels = JSON.parse(message.data);
      showLevels();
    });
    source.addEventListener("signed-out", () => location.reload());
  });
  document.body.addEventListener("htmx:sseError", () => document.body.classList.add("offline"));
  document.body.addEventListener("htmx:sseMessage", showClocks);

  // A list that is sent again must not take the choice with it, nor what is being typed.
  let chosen = null;
  document.addEventListener("focusin", (event) => {
    chosen = event.target.closest("[data-call]")?.getAttribute("href") || null;
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.id === "orders" && target.textContent.trim() === fragment.textContent.trim())
      event.detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id !== "calls") return;
    showLevels();
    if (chosen && document.activeElement === document.body)
      document.querySelector(`[data-call][href="${CSS.escape(chosen)}"]`)?.focus();
  });

  // -- keys of the board: the call that has the focus is the chosen one

  function move(by) {
    const calls = [...document.querySelectorAll("[data-call]")];
    const at = calls.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : calls.length - 1) : at + by;
    calls[Math.min(Math.max(next, 0), calls.length - 1)]?.focus();
  }

  // -- dialogs

  function open(name) {
    const dialog = document.getElementById(name);
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    for (const field of dialog.querySelectorAll("[data-remember]"))
      field.value = localStorage.getItem(field.dataset.remember) || field.value;
    dialog.showModal();
  }
  document.addEventListener("click", (event) => {
    const element = event.target;
    if (!(element instanceof HTMLElement)) return;
    const { move: by, go, opens } = element.dataset;
    if (by) move(Number(by));
    else if (go) {
      const call = document.activeElement?.closest("[data-call]");
      if (call) location.assign(`${call.getAttribute("href")}#${go}`);
    } else if (opens) open(opens);
    else if ("closes" in element.dataset) element.closest("dialog").close();
    else if (element.matches("input[data-key]")) element.focus();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!(form instanceof HTMLFormElement)) return;
    for (const field of form.querySelectorAll("[data-remember]"))
      localStorage.setItem(field.dataset.remember, field.value);
    form.closest("dialog")?.close();
    if (event.detail.successful) form.reset();
  });
  // What went wrong is said where an answer would stand.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "answer") event.detail.shouldSwap = true;
  });

  showClocks();
  open(location.hash.slice(1));
})();
