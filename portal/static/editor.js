// The editor of env files and YAML: numbers beside the lines, problems beside theirs, what is typed checked by the server.

// --- the numbers keep step with the lines -----------------------------------------------------------------------------------

for (const area of document.querySelectorAll("textarea[data-numbered]")) {
  const numbers = area.parentElement.querySelector(".numbers");
  const problems = () => area.parentElement.querySelector(".problems");
  let first = area.value.split("\n");
  area.addEventListener("input", () => {
    const lines = area.value.split("\n");
    area.rows = lines.length + 1;
    while (numbers.children.length < lines.length) numbers.append(document.createElement("li"));
    while (numbers.children.length > lines.length) numbers.lastElementChild.remove();
    // A problem stands beside its line as the server saw it. Once a line moved or changed it would point at the wrong one.
    const isMoved = lines.length !== first.length;
    [...problems().children].forEach((problem, index) => {
      const isOutdated = isMoved || lines[index] !== first[index];
      problem.hidden = isOutdated;
      if (numbers.children[index]) numbers.children[index].toggleAttribute("data-outdated", isOutdated);
    });
  });
  if (area.form?.dataset.typed) checkWhileTyping(area.form, area, (page) => {
    numbers.replaceChildren(...page.querySelector(".editor .numbers").children);
    problems().replaceWith(page.querySelector(".editor .problems"));
    first = area.value.split("\n");
  });
}

// --- the table: each row says what the server says of its line --------------------------------------------------------------

const settings = document.getElementById("settings");
if (settings) checkWhileTyping(settings.closest("form"), settings, (page) => {
  const fresh = page.getElementById("settings");
  for (const row of settings.tBodies[0].rows) {
    const key = row.cells[0].id && fresh.querySelector(`#${row.cells[0].id}`); // a row may move, its key does not
    const there = key ? key.closest("tr") : newest(fresh);
    for (const place of ["[data-change]", "[data-problem]"]) {
      const cell = there?.querySelector(place);
      if (cell) row.querySelector(place).replaceChildren(...cell.childNodes);
    }
    if (there?.dataset.tone) row.dataset.tone = there.dataset.tone;
    else delete row.dataset.tone;
  }
});

// What is typed as a new key is a line of its own to the server.
function newest(fresh) {
  const added = [...fresh.tBodies[0].rows].at(-2);
  return added && !document.getElementById(added.id) ? added : null;
}

// --- to each problem: by its link, or by F8 from where one stands ----------------------------------------------------------

addEventListener("click", (event) => {
  const number = Number(event.target.closest('a[href^="#line-"]')?.hash.slice(6));
  if (number && goTo(number)) event.preventDefault(); // going to the fragment would take the focus along
});

function goTo(number) {
  const area = document.querySelector("textarea[data-numbered]");
  const beside = document.getElementById(`line-${number}`);
  if (!area) {
    const field = beside?.querySelector("input");
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
    return Boolean(field);
  }
  const row = area.parentElement.querySelector(".numbers").children[number - 1] ?? beside;
  row?.scrollIntoView({ block: "center" });
  const before = area.value.split("\n").slice(0, number - 1).join("\n");
  const start = before.length + (number > 1);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, start + area.value.slice(start).split("\n")[0].length);
  return true;
}

function here() {
  const at = document.activeElement;
  if (at?.matches("textarea[data-numbered]")) return at.value.slice(0, at.selectionStart).split("\n").length;
  return Number(at?.closest?.('tr[id^="line-"]')?.id.slice(5)) || 0;
}

addEventListener("keydown", (event) => {
  if (event.key !== "F8" || event.isComposing) return;
  const lines = [...document.querySelectorAll('#jumps a[href^="#line-"]')].map((it) => Number(it.hash.slice(6)));
  if (!lines.length) return;
  event.preventDefault();
  const at = here();
  const next = event.shiftKey ? lines.findLast((it) => it < at) ?? lines.at(-1) : lines.find((it) => it > at) ?? lines[0];
  goTo(next);
});

// --- a value that was revealed leaves the page again: the sheet hides it at the same time --------------------------------

for (const value of document.querySelectorAll("[data-hides]")) setTimeout(() => (value.textContent = "••••••••"), 30_000);

// --- a file that is dropped is pasted ----------------------------------------------------------------------------------------

const pasted = document.getElementById("pasted");
const carries = (event) => pasted && [...(event.dataTransfer?.types ?? [])].includes("Files");
addEventListener("dragover", (event) => carries(event) && event.preventDefault());
addEventListener("drop", async (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  pasted.value = await event.dataTransfer.files[0].text();
  pasted.dispatchEvent(new Event("input", { bubbles: true }));
  pasted.closest("details").open = true;
  pasted.focus();
});

// --- what is typed is checked by the server ----------------------------------------------------------------------------------

// The moment something differs, nothing on the page claims to know it any more; a pause later the server says what is so.
function checkWhileTyping(form, typedIn, beside) {
  const follows = ["your-edit", "sum", "fixes", "jumps", "others", "secrets", "changes"];
  let waiting = 0;
  const soon = () => (clearTimeout(waiting), (waiting = setTimeout(check, 600)));
  typedIn.addEventListener("input", (event) => {
    for (const id of ["your-edit", "sum"]) document.querySelector(`#${id} strong`).textContent = form.dataset.typed;
    document.querySelector("#sum small").textContent = "";
    document.getElementById("changes").classList.add("stale");
    document.querySelector("#changes :is(h2, caption)").textContent = form.dataset.typed;
    clearTimeout(waiting);
    if (!event.isComposing) soon();
  });
  typedIn.addEventListener("compositionend", soon);
  document.addEventListener("follow", check); // another version runs: the edit differs from that

  async function check() {
    const asked = said();
    const body = new URLSearchParams(asked);
    body.set("do", "check");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
    } catch {
      return; // the network is away: it stays "not checked"
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (said() !== asked) return soon();
    if (!page.getElementById("sum")) return;
    for (const id of follows) document.getElementById(id)?.replaceWith(document.adoptNode(page.getElementById(id)));
    beside(page);
  }

  function said() {
    return new URLSearchParams(new FormData(form)).toString();
  }
}
