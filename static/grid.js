// The grid of allocations as a spreadsheet: arrows, Enter, Escape, pasting of a block. Sums come from the server.
// Without this script the cells are plain inputs, and a button adds up.
const sheet = () => document.getElementById("raster");
const cells = () => [...sheet().tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
let before = ""; // what a cell said when it was entered
let leaving = false;

for (const button of document.querySelectorAll("[data-plain]")) button.hidden = true;

function place(input) {
  const rows = cells();
  const row = rows.findIndex((inputs) => inputs.includes(input));
  return { rows, row, column: row < 0 ? -1 : rows[row].indexOf(input) };
}

function go(input, down, right) {
  const { rows, row, column } = place(input);
  const target = rows[Math.min(Math.max(row + down, 0), rows.length - 1)]?.[column + right];
  if (!target || target === input) return false;
  target.focus();
  return true;
}

// Left and right leave a cell only where the caret cannot move any further, or while everything in it is marked.
function atEdge(input, right) {
  const { selectionStart: start, selectionEnd: end, value } = input;
  if (start === 0 && end === value.length) return true;
  return start === end && start === (right ? value.length : 0);
}

const MOVES = {
  ArrowUp: (input) => go(input, -1, 0),
  ArrowDown: (input) => go(input, 1, 0),
  ArrowLeft: (input) => atEdge(input, false) && go(input, 0, -1),
  ArrowRight: (input) => atEdge(input, true) && go(input, 0, 1),
  Enter: (input, event) => go(input, event.shiftKey ? -1 : 1, 0) || true, // never sends the form
  Escape: (input) => {
    if (input.value === before) return false;
    input.value = before;
    input.select();
    return true;
  },
  F2: (input) => {
    input.setSelectionRange(input.value.length, input.value.length);
    return true;
  },
  Home: (input, event) => event.ctrlKey && go(input, -Infinity, 0),
  End: (input, event) => event.ctrlKey && go(input, Infinity, 0),
};

const isCell = (target) => target instanceof HTMLInputElement && sheet()?.contains(target);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("#rechner input")) {
    event.preventDefault();
    document.getElementById("berechnen").click();
    return;
  }
  if (!isCell(event.target) || event.altKey || event.metaKey || event.isComposing) return;
  const move = MOVES[event.key];
  if (move?.(event.target, event)) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  if (!isCell(event.target)) return;
  before = event.target.value;
  event.target.select();
});

// A block from a spreadsheet: one line for each row, tabs between the columns. What does not fit is said, not dropped silently.
document.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!isCell(event.target) || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const { rows, row, column } = place(event.target);
  let filled = 0;
  let beyond = 0;
  for (const [down, line] of text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").entries()) {
    for (const [right, value] of line.split("\t").entries()) {
      const input = rows[row + down]?.[column + right];
      if (input) {
        input.value = value.trim().slice(0, 60);
        filled += 1;
      } else beyond += 1;
    }
  }
  const said = document.getElementById("eingefuegt");
  said.textContent = `${filled} Werte eingefügt.${beyond ? ` ${beyond} passten nicht mehr in die Tabelle.` : ""}`;
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

// Another line has other trials and another year before.
document.addEventListener("change", (event) => {
  if (event.target.id === "id_rechner-line") document.getElementById("berechnen").click();
});

// Nothing typed is lost by a click beside.
document.addEventListener("submit", () => (leaving = true));
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-discard]")) leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  const counted = (document.getElementById("stand")?.dataset.unsaved ?? "0") !== "0";
  const here = document.activeElement;
  if (!leaving && (counted || (isCell(here) && here.value !== before))) event.preventDefault();
});
