// Small comforts on top of pages that work without any script.

// After a refused form the summary of what is wrong is read first.
document.getElementById("fehlerliste")?.focus();

// The user menu closes like a menu: by Escape and by a click elsewhere.
const menu = document.querySelector(".aqb-user");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
