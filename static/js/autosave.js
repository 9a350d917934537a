// Saves a form's draft two seconds after the last key. Nothing is kept in the browser: the text may be confidential.
(() => {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    const status = form.querySelector("[data-autosave-status]");
    let timer = 0, changes = 0, isSending = false;
    const say = (text, hasFailed) => {
      if (!status) return;
      status.textContent = text;
      status.classList.toggle("autosave--failed", hasFailed);
    };
    const wait = (seconds) => { clearTimeout(timer); timer = setTimeout(save, seconds * 1000); };
    async function save() {
      if (isSending) return wait(2);
      isSending = true;
      const sent = changes;
      say(status?.dataset.saving ?? "", false);
      try {
        const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const version = answer.headers.get("X-Draft-Version"), seen = form.elements["draft_version"];
        if (version && seen) seen.value = version;
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
        say((status?.dataset.saved ?? "").replace("{time}", time), false);
        if (sent === changes) form.dispatchEvent(new CustomEvent("draft-saved"));
      } catch {
        say(status?.dataset.failed ?? "", true);
        wait(20);
      } finally {
        isSending = false;
      }
    }
    const changed = () => { changes += 1; wait(2); };
    form.addEventListener("input", changed);
    form.addEventListener("rows-changed", changed);
    form.addEventListener("submit", () => clearTimeout(timer));
  }
})();
