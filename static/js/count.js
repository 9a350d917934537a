// Counts characters down to a limit that the server judges; it never cuts. Announced only after a pause in typing.
(() => {
  const limited = "textarea[data-count-max]";
  const count = (box) => {
    const line = document.getElementById(box.dataset.countFor);
    if (!line) return;
    const left = Number(box.dataset.countMax) - box.value.replace(/\n/g, "\r\n").length;
    const text = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = text.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    line.classList.toggle("count--over", left < 0);
  };
  let timer = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(limited)) return;
    clearTimeout(timer);
    timer = setTimeout(count, 400, event.target);
  });
  for (const box of document.querySelectorAll(limited)) {
    document.getElementById(box.dataset.countFor)?.setAttribute("role", "status");
    count(box);
  }
})();
