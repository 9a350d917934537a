// Saves a form's draft two seconds after the last key. Nothing is kept in the browser: the text may be confidential.
// A draft that is on its way is waited for before the form itself is sent: it would come back as "another window".
(() => {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) {
    const status = form.querySelector("[data-autosave-status]");
    let timer = 0, changes = 0, isSending = false, hasFailed = false, isWaiting = false, submitter = null;
    const say = (text) => {
      if (!status) return;
      status.textContent = text;
      status.classList.toggle("autosave--failed", hasFailed);
    };
    const wait = (seconds) => { clearTimeout(timer); timer = setTimeout(save, seconds * 1000); };
    const send = () => fetch(form.dataset.autosaveUrl, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "error", signal: AbortSignal.timeout(15000) });
    // After signing in anew in another window this page's security token is old; the page, asked for again, has the new one.
    async function renew() {
      const answer = await fetch(form.getAttribute("action") || location.pathname, { redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("form[data-autosave-url] [name=csrf_token]"), token = form.elements["csrf_token"];
      if (!found || !token || found.value === token.value) return false;
      token.value = found.value;
      return true;
    }
    async function save() {
      if (isSending || isWaiting) return wait(2);
      isSending = true;
      const sent = changes;
      let reason = "";
      hasFailed = false;
      say(status?.dataset.saving ?? "");
      try {
        let answer = await send();
        if ([400, 403].includes(answer.status) && await renew().catch(() => false)) answer = await send();
        if (!answer.ok) {
          if (answer.headers.get("Content-Type")?.startsWith("text/plain")) reason = await answer.text();
          throw new Error(String(answer.status));
        }
        const version = answer.headers.get("X-Draft-Version"), seen = form.elements["draft_version"];
        if (version && seen) seen.value = version;
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
        say((status?.dataset.saved ?? "").replace("{time}", time));
        if (sent === changes) form.dispatchEvent(new CustomEvent("draft-saved"));
      } catch {
        hasFailed = true;
        say(reason || (status?.dataset.failed ?? ""));
        wait(20);
      } finally {
        isSending = false;
        if (isWaiting) { isWaiting = false; form.requestSubmit(submitter); }
      }
    }
    const changed = () => { changes += 1; wait(2); };
    form.addEventListener("input", changed);
    form.addEventListener("rows-changed", changed);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!isSending) return;
      event.preventDefault();
      isWaiting = true;
      submitter = event.submitter;
    });
    addEventListener("focus", () => { if (hasFailed) wait(0); });
  }
})();
