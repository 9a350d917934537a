// Says beside the button how many boxes of the form are ticked; without it the button works as it stands.
(() => {
  for (const line of document.querySelectorAll("[data-ticked]")) {
    const form = line.closest("form");
    const count = () => {
      const ticked = form.querySelectorAll(`input[name="${line.dataset.ticked}"]:checked`).length;
      line.textContent = line.dataset.words.replace("{n}", ticked.toLocaleString(document.documentElement.lang));
    };
    form.addEventListener("change", count);
    count();
  }
})();
