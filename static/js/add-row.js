// Adds and removes rows of a repeated fieldset in place; without it the same buttons go to the server.
(() => {
  for (const rows of document.querySelectorAll("[data-rows]")) {
    const list = rows.querySelector("[data-rows-list]");
    const blank = rows.querySelector("template[data-rows-blank]");
    let next = list.children.length;
    const renumber = () => {
      [...list.children].forEach((row, index) => { row.querySelector("[data-row-number]").textContent = index + 1; });
      rows.dispatchEvent(new Event("rows-changed", { bubbles: true }));
    };
    rows.querySelector("[data-rows-add]").addEventListener("click", (event) => {
      event.preventDefault();
      const row = document.importNode(blank.content, true);
      for (const element of row.querySelectorAll("*")) {
        for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll("__row__", next);
      }
      next += 1;
      list.append(row);
      renumber();
      list.lastElementChild.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-remove]");
      if (!button) return;
      event.preventDefault();
      button.closest("[data-row]").remove();
      renumber();
      rows.querySelector("[data-rows-add]").focus();
    });
  }
})();
