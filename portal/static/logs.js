// A log is followed: lines are added, never exchanged, so that what somebody selects stays where it is.

import { exchange, isSelectedIn, live, setClocks, waited } from "./portal.js";

const log = document.getElementById("lines");
const LINES_KEPT = 5000;

function rowsOf(box) {
  return [...box.querySelectorAll(".row")];
}

function milliseconds(row) {
  return Date.parse(row.querySelector("time").dateTime);
}

async function fetched(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById("lines") ? page : null;
  } catch {
    return null; // what stands here stays
  }
}

// --- what came since ----------------------------------------------------------------------------------------------------

function newestShown() {
  const rows = rowsOf(log);
  return rows.length ? milliseconds(rows.at(-1)) : Number(log.dataset.since);
}

function newRows(page) {
  const known = new Set(rowsOf(log).map((row) => row.dataset.id));
  return rowsOf(page.getElementById("lines")).filter((row) => !known.has(row.dataset.id));
}

// Late lines find their place among those that stand here.
function placed(row) {
  const later = rowsOf(log).reverse();
  const before = later.find((it) => milliseconds(it) <= milliseconds(row));
  if (before) before.after(row);
  else log.firstElementChild.prepend(row);
}

function addRows(rows, page) {
  const box = log.firstElementChild;
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  if (rows.length) box.querySelector(".none")?.remove();
  const isGap = Number(page.getElementById("lines").dataset.since) > newestShown();
  if (isGap && rows.length && rowsOf(log).length) {
    const words = document.createElement("p");
    words.className = "none";
    words.textContent = log.dataset.gap;
    box.append(words);
    box.append(...rows);
  } else {
    for (const row of rows) placed(row);
  }
  setClocks(box);
  while (box.children.length > LINES_KEPT && isAtEnd) box.firstElementChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

async function follow() {
  const button = document.getElementById("follow");
  const word = button.textContent;
  button.hidden = false;
  const look = async () => {
    const address = new URL(location);
    address.searchParams.set("after", newestShown());
    const page = await fetched(address);
    if (!page) return;
    for (const id of ["head", "read", "stale"]) exchange(document.getElementById(id), page.getElementById(id));
    const rows = newRows(page);
    const isHeld = isSelectedIn(log) || button.getAttribute("aria-pressed") !== "true";
    if (!isHeld) addRows(rows, page);
    button.textContent = isHeld && rows.length ? `${word} (${button.dataset.held.replace("%(n)s", rows.length)})` : word;
  };
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", isOn);
    if (isOn) (getSelection().removeAllRanges(), (log.scrollTop = log.scrollHeight), look());
  });
  for (;;) {
    await waited(Number(log.dataset.follows));
    if (document.visibilityState === "visible") await look();
  }
}

// --- what came before ----------------------------------------------------------------------------------------------------

async function prependOlder(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  const page = await fetched(link.href);
  if (!page) return;
  const height = log.scrollHeight;
  const rows = newRows(page);
  if (rows.length) log.querySelector(".none")?.remove();
  log.firstElementChild.prepend(...rows);
  setClocks(log);
  log.scrollTop += log.scrollHeight - height;
  const next = page.querySelector("a[data-older]");
  if (next && rows.length) link.href = next.href;
  else link.replaceWith(page.querySelector("#lines .none")?.textContent ?? "");
}

// --- one line, or all of them, as text -----------------------------------------------------------------------------------

function textOf(row) {
  const line = row.querySelector("p");
  return line.dataset.raw ?? line.querySelector("bdi, b").textContent;
}

async function copied(text, word) {
  await navigator.clipboard.writeText(text);
  live.textContent = word;
}

// One button for all lines: it stands beside the one that the pointer or the keyboard is at.
function offerCopies(word) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "minor copy", textContent: log.dataset.copy });
  button.addEventListener("click", () => copied(textOf(button.closest(".row")), word));
  const come = (event) => {
    const row = event.target.closest?.(".row");
    if (row && button.parentElement !== row && document.activeElement !== button) row.append(button);
  };
  log.addEventListener("pointerover", come);
  log.addEventListener("focusin", come);
}

if (log) {
  log.scrollTop = log.scrollHeight;
  document.querySelector("a[data-older]")?.addEventListener("click", prependOlder);
  const copy = document.getElementById("copy");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => copied(rowsOf(log).map((row) => row.querySelector("p").textContent).join("\n"), copy.dataset.done));
    offerCopies(copy.dataset.done);
  }
  if (log.dataset.follows) follow();
}

// --- times are typed in the reader's zone ----------------------------------------------------------------------------------

const zone = document.querySelector("input[name=zone]");
if (zone) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  zone.value ||= timeZone;
  document.getElementById("zone-word").textContent = zone.value;
}
