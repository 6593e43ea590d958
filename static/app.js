// Small comforts on top of pages that work without any script.

// After a refused form the summary of what is wrong is read first.
document.getElementById("fehlerliste")?.focus();

// What opens over the page closes like a menu: by Escape and by a click elsewhere.
const opened = () => document.querySelector(":is(.aqb-user, .aqb-menu)[open]");
document.addEventListener("keydown", (event) => {
  const menu = opened();
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const menu = opened();
  if (menu && !menu.contains(event.target)) menu.open = false;
});
