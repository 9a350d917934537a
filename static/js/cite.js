// Puts the code of an answer where the cursor last stood in the text. Without scripts the code is copied by hand.
(() => {
  const texts = [...document.querySelectorAll("textarea[name^=body_]")];
  let last = texts.find((text) => text.lang === document.documentElement.lang) ?? texts[0];
  for (const text of texts) text.addEventListener("focus", () => { last = text; });
  for (const button of document.querySelectorAll("button[data-cite]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const before = last.value.slice(0, last.selectionEnd);
      const gap = before && !/\s$/.test(before) && last.lang !== "ja" ? " " : "";
      last.setRangeText(gap + button.dataset.cite, last.selectionEnd, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
  }
})();
