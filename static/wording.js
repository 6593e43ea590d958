// The wording editor: placeholders go into the text at the caret. Without this script they are read and typed.
const fields = document.querySelectorAll("#textformular textarea, #textformular input[type=text]");
let target = document.getElementById("id_text") ?? fields[0];
for (const field of fields) field.addEventListener("focus", () => (target = field));
for (const slot of target ? document.querySelectorAll("[data-placeholder]") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kern-btn kern-btn--secondary kern-btn--x-small";
  button.title = slot.title;
  slot.replaceWith(button);
  button.append(slot);
  slot.classList.add("kern-label");
  button.addEventListener("click", () => {
    target.setRangeText(slot.dataset.placeholder, target.selectionStart, target.selectionEnd, "end");
    target.focus();
    target.dispatchEvent(new Event("keyup", { bubbles: true }));
  });
}

// Sections are dragged to their place in the list; the buttons "nach oben" and "nach unten" do the same without a mouse.
const list = document.querySelector("[data-sortable]");
const form = document.getElementById("platz");
let dragged = null;
for (const item of list?.querySelectorAll("[data-place]") ?? []) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
  });
}
const over = (event) => (dragged ? event.target.closest("[data-sortable] > li") : null);
list?.addEventListener("dragover", (event) => {
  const item = over(event);
  for (const other of list.children) other.classList.toggle("aqb-parts__target", other === item && other !== dragged);
  if (item && item !== dragged) event.preventDefault();
});
list?.addEventListener("drop", (event) => {
  event.preventDefault();
  form.action = dragged.dataset.place;
  form.elements.behind.value = over(event).dataset.key ?? ""; // the first entry is the title, which stays in front
  form.submit();
});
