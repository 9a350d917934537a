// Asks before a page with unsaved changes is left. The words are the browser's own.
(() => {
  for (const form of document.querySelectorAll("form[data-confirm-leave]")) {
    let isDirty = form.querySelector("[aria-invalid=true]") !== null;   // a refused form holds text that is nowhere else
    form.addEventListener("input", () => { isDirty = true; });
    form.addEventListener("rows-changed", () => { isDirty = true; });
    form.addEventListener("draft-saved", () => { isDirty = false; });
    form.addEventListener("submit", () => { isDirty = false; });
    addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
  }
})();
