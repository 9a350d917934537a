// Shows of a question's row what its kind needs. Without scripts everything stands there, folded away by kind.
(() => {
  const chooses = "select[data-chooses-kind]";
  const choose = (select) => {
    for (const part of select.closest("[data-row]").querySelectorAll("[data-kinds]")) {
      const fits = part.dataset.kinds.split(" ").includes(select.value);
      part.hidden = !fits && !part.querySelector("[aria-invalid=true]");
      if (fits && "opens" in part.dataset) part.open = true;
    }
  };
  const all = () => document.querySelectorAll(chooses).forEach(choose);
  document.addEventListener("change", (event) => { if (event.target.matches?.(chooses)) choose(event.target); });
  document.addEventListener("rows-changed", all);
  all();
})();
