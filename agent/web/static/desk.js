// Keys of the desk: whatever has data-key="x" is clicked by the key x, and "?" lists them all.
// A page adds keys by marking its links and buttons; nothing has to be registered here.
(() => {
  const typing = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
  const help = document.getElementById("keys");

  function list() {
    const rows = [...document.querySelectorAll("[data-key]")].map((element) => {
      const row = document.createElement("tr");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key;
      row.insertCell().append(key);
      row.insertCell().textContent = element.title || element.textContent.trim();
      return row;
    });
    help.querySelector("tbody").replaceChildren(...rows);
    help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      if (help.open) help.close();
      else list();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
