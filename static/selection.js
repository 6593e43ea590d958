// Rows that are selected: the bar says how many in which state, and offers only what fits all of them.
// Without this script the bar offers everything, and the next page says what fits.
const form = document.querySelector("[data-selection]");

if (form) {
  const boxes = [...form.querySelectorAll("[name=version]")];
  const all = form.querySelector("[data-all]");
  const none = form.querySelector("[data-none]");
  const words = form.querySelector("[data-selected]");
  const aloud = form.querySelector("[data-said]"); // outside the bar: what is hidden is not read out
  const bar = form.querySelector(".aqb-bar");
  const labels = JSON.parse(document.getElementById("staende").textContent);
  const offers = [...form.querySelectorAll("[data-fits]")];

  /** `4 ausgewählt, alle im Stand Freigegeben`; of several states how many are in each. */
  const said = (chosen) => {
    if (!chosen.length) return "Nichts ausgewählt";
    const states = new Map();
    for (const box of chosen) {
      const label = labels[box.dataset.status];
      states.set(label, (states.get(label) ?? 0) + 1);
    }
    const [[only]] = states;
    if (states.size === 1) return `${chosen.length} ausgewählt, ${chosen.length === 1 ? "" : "alle "}im Stand ${only}`;
    return `${chosen.length} ausgewählt: ${[...states].map(([label, number]) => `${number} ${label}`).join(", ")}`;
  };

  const show = (touched) => {
    const chosen = boxes.filter((box) => box.checked);
    words.textContent = said(chosen);
    if (touched) aloud.textContent = said(chosen);
    bar.hidden = !chosen.length;
    all.checked = chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && !all.checked;
    none.hidden = !chosen.length;
    for (const offer of offers) {
      const fits = offer.dataset.fits.split(" ").filter(Boolean);
      offer.hidden = !chosen.length || (fits.length > 0 && chosen.some((box) => !fits.includes(box.dataset.status)));
      const label = chosen.length === 1 ? offer.dataset.one : offer.dataset.many.replace("#", chosen.length);
      offer.querySelector(".kern-label").textContent = label;
    }
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show(true);
  });
  none.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    show(true);
    all.focus();
  });
  form.addEventListener("change", () => show(true));
  window.addEventListener("pageshow", () => show(false)); // going back keeps the boxes, not the words
  show(false);
}
