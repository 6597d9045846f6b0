// What makes a page live. Everything works without it: it only spares the reader a reload, a click or a loss.
//
// Each part looks for its own mark on the page: data-tick, data-poll, data-filter, data-unsaved. The editor of texts
// has a file of its own.

import "./editor.js";
import "./known.js";
import "./palette.js";
import { keepPlace } from "./reading.js";

const words = JSON.parse(document.body.dataset.ago);
const now = () => Date.now() - skew; // the server's clock, which also set the times
const skew = ahead();

// By how much the reader's clock is ahead, as the answer said. A page out of the browser's own store says nothing new.
function ahead() {
  const [entry] = performance.getEntriesByType("navigation");
  const said = entry?.transferSize ? entry.serverTiming?.find((each) => each.name === "now") : null;
  return said ? performance.timeOrigin + entry.responseStart - said.duration : 0;
}

// --- ages count on, clocks are the reader's ---------------------------------------------------------------------------

function ago(seconds) {
  if (seconds < 60) return words.s.replace("%(n)s", seconds);
  if (seconds < 3600) return words.min.replace("%(n)s", Math.floor(seconds / 60));
  if (seconds < 48 * 3600) return words.h.replace("%(n)s", Math.floor(seconds / 3600));
  return words.d.replace("%(n)s", Math.floor(seconds / 86400));
}

function tick() {
  for (const time of document.querySelectorAll('time[data-tick="ago"], .services time')) {
    const text = ago(Math.max(0, Math.floor((now() - Date.parse(time.dateTime)) / 1000)));
    if (time.textContent !== text) time.textContent = text;
  }
}
setInterval(tick, 1000);

// As the server writes them. Not by Intl: a browser loads for it what takes longer than all the rest of a page's script.
const two = (number) => String(number).padStart(2, "0");
const minute = (at) => `${two(at.getHours())}:${two(at.getMinutes())}`;
const clock = (at) => `${minute(at)}:${two(at.getSeconds())}`;
const date = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const day = (at) => `${date(at).slice(5)} ${minute(at)}`;
const moment = (at) => `${date(at)} ${clock(at)}`;
const exact = (at) => `${moment(at)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
const clocks = { minute, day, date, moment, exact };

function setClocks(part) {
  for (const time of part.querySelectorAll("time[data-clock]")) {
    time.textContent = (clocks[time.dataset.clock] ?? clock)(new Date(time.dateTime));
  }
}
setClocks(document);
tick();

function setTitle(event) {
  const time = event.target.closest?.("time[datetime]");
  const at = time && new Date(time.dateTime);
  if (at) time.title = `${moment(at)} ${zone(at)}`;
}

function zone(at) {
  return new Intl.DateTimeFormat("sv", { timeZoneName: "short" }).formatToParts(at).find((it) => it.type === "timeZoneName").value;
}
addEventListener("pointerover", setTitle);

// --- fragments are fetched again while something moves ------------------------------------------------------------------

const live = document.getElementById("live");
const shown = new Map(); // what was last put on the page, by address: its tag

async function refresh(part) {
  const address = new URL(part.dataset.address ?? location, location);
  if ("part" in part.dataset) address.searchParams.set("part", ""); // only what is exchanged
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
  } catch {
    return part; // the network is away: what stands here stays, and its age tells
  }
  setReadAt(answer.headers.get("Slipway-Read-At"));
  const tag = answer.headers.get("ETag");
  if (tag && tag === shown.get(address.href)) return part;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return part.dataset.address ? null : elsewhere(part, answer);
  announce(part, fresh);
  if (!("part" in part.dataset)) document.title = page.title; // a tab in the background says what became of it
  const ids = [part.id, ...(part.dataset.poll || "").split(" ").filter(Boolean)];
  const isDone = ids.map((id) => exchange(document.getElementById(id), page.getElementById(id)));
  if (isDone.every(Boolean)) shown.set(address.href, tag);
  const next = document.getElementById(part.id);
  if (next !== part) next.dispatchEvent(new Event("follow", { bubbles: true }));
  return next;
}

// The address answers with another page by now: AWS is back or away, or the service is gone. It is shown, unless that
// would cost somebody their work.
function elsewhere(part, answer) {
  if (answer.status === 500 || typed(document.body).length || isBusy(document.body)) return part;
  location.replace(location.href);
  return null;
}

function exchange(here, there) {
  if (!here || !there || here.isEqualNode(there)) return true;
  if (isBusy(here)) return false;
  const opened = [...here.querySelectorAll("details")];
  [...there.querySelectorAll("details")].forEach((details, index) => {
    if (opened[index]) details.open = opened[index].open;
  });
  const at = here.contains(document.activeElement) ? document.activeElement : null;
  for (const field of typed(here)) carry(field, there);
  const stay = keepPlace(here);
  here.replaceWith(document.adoptNode(there));
  setClocks(there);
  stay(there);
  keepMinutes(here, there);
  // Who goes by keyboard stays where they were.
  const isSame = (it) =>
    at.href ? it.href === at.href : at.dataset.chart ? it.dataset.chart === at.dataset.chart : it.textContent === at.textContent;
  if (at) [...there.querySelectorAll(at.tagName)].find(isSame)?.focus({ preventScroll: true });
  return true;
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

// Somebody types, chooses or selects text in it: their work is worth more than fresh data.
function isBusy(part) {
  const focus = document.activeElement;
  return isSelectedIn(part) || (part.contains(focus) && focus.matches("input, select, textarea"));
}

function isSelectedIn(part) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(part);
}

// A page that did not change is not sent again: when it was read stands beside it.
function setReadAt(when) {
  const age = document.getElementById("age");
  if (!when || !age) return; // the page that waits for the first reading tells no age
  age.hidden = false;
  for (const time of age.querySelectorAll("time")) time.dateTime = when;
  setClocks(age);
}

// Only what was not said before: of fifty that fail, the one that fails now.
function announce(before, after) {
  const known = new Set((before.dataset.says || "").split(", "));
  const news = (after.dataset.says || "").split(", ").filter((said) => !known.has(said));
  if (news.length) live.textContent = news.join(", ");
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

// The list is answered with what is held, and read anew behind that: a moment later it is asked for what came.
const SOON = 3;

function isOld() {
  const time = document.querySelector("#age:not([hidden]) time");
  return time !== null && now() - Date.parse(time.dateTime) > 5000;
}

async function poll(part) {
  let isAgain = isOld();
  while (part && part.dataset.every) {
    await waited(isAgain ? SOON : Number(part.dataset.every));
    if (document.visibilityState === "visible") part = await refresh(part);
    isAgain = !isAgain && isOld();
    tick();
    filter();
  }
}
for (const part of document.querySelectorAll("[data-poll]")) poll(part);

// --- a chart says the value of a minute: under the pointer, or by the arrow keys ----------------------------------------

function readChart(spot) {
  const chart = spot.closest(".chart");
  for (const other of chart.querySelectorAll("[data-at]")) other.removeAttribute("data-at");
  spot.dataset.at = "";
  const at = (clocks[spot.parentElement.dataset.clock] ?? minute)(new Date(spot.dataset.when));
  const said = `${at}: ${spot.dataset.value}`;
  chart.querySelector("[data-read]").textContent = said;
  spot.querySelector("title").textContent = said;
  return said;
}

// A minute that somebody reads is read on in the fresh chart, for as long as it is drawn.
function keepMinutes(here, there) {
  for (const spot of here.querySelectorAll(".chart rect[data-at]")) {
    const { chart } = spot.parentElement.dataset;
    const isSame = (it) => it.parentElement.dataset.chart === chart && it.dataset.when === spot.dataset.when;
    const fresh = [...there.querySelectorAll(".chart rect")].find(isSame);
    if (fresh) readChart(fresh);
  }
}

document.addEventListener("pointerover", (event) => {
  const spot = event.target.closest?.(".chart rect");
  if (spot) readChart(spot);
});
document.addEventListener("keydown", (event) => {
  const chart = event.target.closest?.(".chart svg");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!chart || !step) return;
  event.preventDefault();
  const spots = [...chart.querySelectorAll("rect")];
  const at = spots.findIndex((spot) => "at" in spot.dataset);
  const next = at < 0 ? spots.length - 1 : Math.min(spots.length - 1, Math.max(0, at + step));
  live.textContent = readChart(spots[next]);
});

// --- what was answered to a form is where the keyboard and the screen reader go on ---------------------------------------

const told = document.querySelector("main > .notice[data-told], main[data-answer] [role=alert]");
if (told && !location.hash && document.activeElement === document.body) {
  told.tabIndex = -1;
  told.focus();
}

// --- the list is filtered in the browser ----------------------------------------------------------------------------------

const search = document.querySelector("form[data-filter]");

// Read off the cells: a thousand rows say it once.
function isFound(row, text, owner, state) {
  const cells = [...row.cells];
  const [name, image, , team, released] = [cells[0], ...cells.slice(-4)];
  const person = released.querySelector("time")?.nextSibling;
  const said = [name, image, team, person].map((cell) => cell?.textContent ?? "").join(" ").toLowerCase();
  const states = (row.dataset.states ?? "healthy").split(" ");
  return text.split(/\s+/).every((word) => said.includes(word)) && (!owner || team.textContent === owner) && (!state || states.includes(state));
}

function filter() {
  if (!search) return;
  const text = search.elements.q.value.trim().toLowerCase();
  const { owner, state } = search.elements;
  let found = 0;
  for (const group of document.querySelectorAll("tbody[data-group]")) {
    let count = 0;
    for (const row of [...group.rows].slice(1)) {
      row.hidden = !isFound(row, text, owner.value, state.value);
      if (!row.hidden) count += 1;
    }
    group.hidden = count === 0;
    group.querySelector("[data-count]").textContent = count;
    found += count;
  }
  for (const section of document.querySelectorAll("section[data-kind]")) {
    section.hidden = !section.querySelector("tbody[data-group]:not([hidden])");
  }
  const nothing = document.getElementById("nothing");
  if (nothing) nothing.hidden = found > 0;
}

if (search) {
  let composing = false;
  search.addEventListener("compositionstart", () => (composing = true));
  search.addEventListener("compositionend", () => ((composing = false), apply()));
  search.addEventListener("input", () => composing || apply());
  search.addEventListener("submit", (event) => (event.preventDefault(), apply()));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-state], a[data-sort]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.sort !== undefined) {
      search.elements.sort.value = link.dataset.sort;
      location.assign(asked());
      return;
    }
    search.elements.state.value = link.dataset.state;
    for (const other of document.querySelectorAll("a[data-state]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    apply();
  });
}

function asked() {
  const fields = new URLSearchParams([...new FormData(search)].filter(([, value]) => value));
  return fields.size ? `?${fields}` : location.pathname;
}

function apply() {
  history.replaceState(null, "", asked());
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

export { exchange, isSelectedIn, live, setClocks, waited };
