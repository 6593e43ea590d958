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
