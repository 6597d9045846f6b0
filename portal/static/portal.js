// What makes a page live. Everything works without it: it only spares the reader a reload, a click or a loss.
//
// Each part looks for its own mark on the page: data-tick, data-poll, data-filter, data-unsaved, data-numbered.

const words = JSON.parse(document.body.dataset.ago);
const skew = Date.now() - Date.parse(document.body.dataset.now);
const now = () => Date.now() - skew; // the server's clock, which also set the times

// --- ages count on ----------------------------------------------------------------------------------------------------

function ago(seconds) {
  if (seconds < 60) return words.s.replace("%(n)s", seconds);
  if (seconds < 3600) return words.min.replace("%(n)s", Math.floor(seconds / 60));
  if (seconds < 48 * 3600) return words.h.replace("%(n)s", Math.floor(seconds / 3600));
  return words.d.replace("%(n)s", Math.floor(seconds / 86400));
}

function tick() {
  for (const time of document.querySelectorAll('time[data-tick="ago"]')) {
    const text = ago(Math.max(0, Math.floor((now() - Date.parse(time.dateTime)) / 1000)));
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(tick, 1000);

// --- fragments are fetched again while something moves ------------------------------------------------------------------

const live = document.getElementById("live");

async function refresh(part) {
  const wanted = part.dataset.poll;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
  } catch {
    return part; // the network is away: what stands here stays, and its age tells
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return elsewhere(part, answer);
  announce(part, fresh);
  exchange(part, fresh);
  for (const id of (wanted || "").split(" ").filter(Boolean)) {
    const here = document.getElementById(id);
    const there = page.getElementById(id);
    if (here && there) exchange(here, there);
  }
  return document.getElementById(part.id);
}

// The address answers with another page by now: AWS is back or away, or the service is gone. It is shown, unless that
// would cost somebody their work.
function elsewhere(part, answer) {
  if (answer.status === 500 || typed(document.body).length || isBusy(document.body)) return part;
  location.replace(location.href);
  return null;
}

function exchange(here, there) {
  if (here.isEqualNode(there) || isBusy(here)) return;
  const opened = [...here.querySelectorAll("details")];
  [...there.querySelectorAll("details")].forEach((details, index) => {
    if (opened[index]) details.open = opened[index].open;
  });
  const at = here.contains(document.activeElement) ? document.activeElement : null;
  for (const field of typed(here)) carry(field, there);
  here.replaceWith(document.adoptNode(there));
  // Who goes by keyboard stays where they were.
  const isSame = (it) => (at.href ? it.href === at.href : it.textContent === at.textContent);
  if (at) [...there.querySelectorAll(at.tagName)].find(isSame)?.focus({ preventScroll: true });
}

// What somebody typed or chose, and has not sent yet.
function typed(part) {
  return [...part.querySelectorAll("[data-touched]")].filter((field) => field.type !== "radio" || field.checked);
}
document.addEventListener("input", (event) => (event.target.dataset.touched = "yes"));

function carry(field, there) {
  const isSame = (it) => it.name === field.name && (it.type !== "radio" || it.value === field.value);
  const fresh = [...there.querySelectorAll("input, select, textarea")].find(isSame);
  const isOffered = fresh?.tagName !== "SELECT" || [...fresh.options].some((it) => it.value === field.value);
  if (!fresh || !isOffered) return;
  if (field.type === "radio" || field.type === "checkbox") fresh.checked = field.checked;
  else fresh.value = field.value;
  fresh.dataset.touched = "yes";
}

// Somebody types or has a menu open in it: their work is worth more than fresh data.
function isBusy(part) {
  const focus = document.activeElement;
  return part.contains(focus) && focus.matches("input, select, textarea");
}

function announce(before, after) {
  if (before.dataset.says !== after.dataset.says) live.textContent = after.dataset.says || "";
}

// Some seconds, or until somebody comes back to this tab.
function waited(seconds) {
  return new Promise((done) => {
    const over = new AbortController();
    const end = () => (over.abort(), done());
    setTimeout(end, seconds * 1000);
    document.addEventListener("visibilitychange", end, { signal: over.signal });
  });
}

async function poll(part) {
  while (part && part.dataset.every) {
    await waited(Number(part.dataset.every));
    if (document.visibilityState === "visible") part = await refresh(part);
    tick();
    filter();
  }
}
for (const part of document.querySelectorAll("[data-poll]")) poll(part);

// --- the list is filtered in the browser ----------------------------------------------------------------------------------

const search = document.querySelector("form[data-filter]");

function filter() {
  if (!search) return;
  const text = search.elements.q.value.trim().toLowerCase();
  const owner = search.elements.owner.value;
  const state = search.elements.state.value;
  for (const row of document.querySelectorAll("tr[data-search]")) {
    const fits = text.split(/\s+/).every((word) => row.dataset.search.includes(word));
    const isMine = !owner || row.dataset.owner === owner;
    row.hidden = !(fits && isMine && (!state || row.dataset.states.split(" ").includes(state)));
  }
  for (const group of document.querySelectorAll("tbody[data-group]")) {
    const shown = group.querySelectorAll("tr[data-search]:not([hidden])").length;
    group.hidden = shown === 0;
    group.querySelector("[data-count]").textContent = shown;
  }
  const nothing = document.getElementById("nothing");
  if (nothing) nothing.hidden = Boolean(document.querySelector("tr[data-search]:not([hidden])"));
}

if (search) {
  let composing = false;
  search.addEventListener("compositionstart", () => (composing = true));
  search.addEventListener("compositionend", () => ((composing = false), apply()));
  search.addEventListener("input", () => composing || apply());
  search.addEventListener("submit", (event) => (event.preventDefault(), apply()));
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("a[data-state]");
    if (!chip) return;
    event.preventDefault();
    search.elements.state.value = chip.dataset.state;
    for (const other of document.querySelectorAll("a[data-state]")) other.removeAttribute("aria-current");
    chip.setAttribute("aria-current", "true");
    apply();
  });
}

function apply() {
  const asked = new URLSearchParams([...new FormData(search)].filter(([, value]) => value));
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  filter();
}

// --- nothing typed is lost by leaving -------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const untouched = new URLSearchParams(new FormData(form)).toString();
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("beforeunload", (event) => {
    const isChanged = form.dataset.unsaved === "yes" || new URLSearchParams(new FormData(form)).toString() !== untouched;
    if (!leaving && isChanged) event.preventDefault();
  });
}

// --- the editor's numbers keep step with its lines --------------------------------------------------------------------------

for (const area of document.querySelectorAll("textarea[data-numbered]")) {
  const numbers = area.parentElement.querySelector(".numbers");
  const problems = area.parentElement.querySelector(".problems");
  const shown = area.value.split("\n");
  area.addEventListener("input", () => {
    const lines = area.value.split("\n");
    area.rows = lines.length + 1;
    while (numbers.children.length < lines.length) numbers.append(document.createElement("li"));
    while (numbers.children.length > lines.length) numbers.lastElementChild.remove();
    // A problem stands beside its line as the server saw it. Once a line moved or changed it would point at the wrong one.
    const isMoved = lines.length !== shown.length;
    [...problems.children].forEach((problem, index) => {
      const isOutdated = isMoved || lines[index] !== shown[index];
      problem.hidden = isOutdated;
      if (numbers.children[index]) numbers.children[index].toggleAttribute("data-outdated", isOutdated);
    });
  });
}

// --- keys -------------------------------------------------------------------------------------------------------------------

let went = 0;
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const typing = event.target.matches("input, select, textarea");
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    const save = document.querySelector("button[data-save]");
    if (save) (event.preventDefault(), save.click());
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && search) (event.preventDefault(), search.elements.q.focus());
  if (event.key === "g") went = Date.now();
  if (event.key === "s" && Date.now() - went < 1500) location.href = document.querySelector('.bar nav:not(.switch) a')?.href ?? "/";
});
