// A slider beside a percent box. It stands in the middle but sets nothing until it is moved.
(() => {
  for (const scale of document.querySelectorAll("[data-percent-for]")) {
    const box = document.getElementById(scale.dataset.percentFor);
    if (!box) continue;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 100, step: 1, value: box.value || 50 });
    slider.setAttribute("aria-label", scale.dataset.percentLabel);
    slider.addEventListener("input", () => {
      box.value = slider.value;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const follow = () => {
      if (box.value !== "") slider.value = box.value;
      scale.classList.toggle("percent__scale--unset", box.value === "");
    };
    box.addEventListener("input", follow);
    scale.prepend(slider);
    follow();
  }
})();
