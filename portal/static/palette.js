// The palette: Ctrl+K or ⌘K, some letters, Enter. It goes to services, pages, tabs and environments.
//
// Its places come with the first opening; the tabs are those of the page. A word that is being composed (IME) is left
// alone until it is done.

const dialog = document.querySelector("#palette");
const typed = dialog?.querySelector("input");
const list = dialog?.querySelector("ul");
const SHOWN = 12;
let places = null;
let found = [];
let chosen = 0;

async function open() {
  if (dialog.open) return;
  dialog.showModal();
  typed.value = "";
  places ??= await load();
  show();
}

async function load() {
  try {
    const answer = await fetch(dialog.dataset.places, { headers: { Accept: "application/json" }, redirect: "error" });
    return answer.ok ? [...tabs(), ...(await answer.json())] : tabs();
  } catch {
    return tabs();
  }
}

function tabs() {
  const links = document.querySelectorAll(".tabs a");
  return [...links].map((link) => ({ word: link.textContent.trim(), where: link.href, of: link.closest("nav").ariaLabel ?? "" }));
}

// Every word that was typed stands somewhere; those that begin with it come first.
function fits(place) {
  const text = `${place.word} ${place.of}`.toLowerCase();
  return words().every((word) => text.includes(word));
}

function words() {
  return typed.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
}

function show() {
  const [first = ""] = words();
  const begins = (place) => (place.word.toLowerCase().startsWith(first) ? 0 : 1);
  found = (places ?? []).filter(fits).sort((one, other) => begins(one) - begins(other)).slice(0, SHOWN);
  chosen = 0;
  list.replaceChildren(...found.map(row));
  dialog.querySelector("p").hidden = found.length > 0;
  mark();
}

function row(place, number) {
  const item = document.createElement("li");
  item.id = `place-${number}`;
  item.role = "option";
  item.textContent = place.word;
  const of = document.createElement("small");
  of.className = "soft";
  of.textContent = ` ${place.of}`;
  item.append(of);
  item.addEventListener("click", () => go(place));
  return item;
}

function mark() {
  [...list.children].forEach((item, number) => (item.ariaSelected = String(number === chosen)));
  const current = list.children[chosen];
  typed.setAttribute("aria-activedescendant", current?.id ?? "");
  current?.scrollIntoView({ block: "nearest" });
}

function go(place) {
  location.href = place.where;
}

function move(by) {
  if (!found.length) return;
  chosen = (chosen + by + found.length) % found.length;
  mark();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.shiftKey) return;
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      open();
    }
  });
  typed.addEventListener("input", (event) => event.isComposing || show());
  typed.addEventListener("compositionend", show);
  typed.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found[chosen]) go(found[chosen]);
    }
  });
  document.querySelector("[data-palette]")?.addEventListener("click", open);
}
