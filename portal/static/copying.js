// A button that copies the text of what it names.

import { live } from "./portal.js";

// The part that holds the buttons is exchanged while the page follows: they are shown as they come.
function offer() {
  for (const button of document.querySelectorAll("button[data-copies][hidden]")) button.hidden = !navigator.clipboard;
}
offer();
new MutationObserver(offer).observe(document.querySelector("main"), { childList: true, subtree: true });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
  live.textContent = button.dataset.done;
});
