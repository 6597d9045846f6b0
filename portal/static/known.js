// What is known of an answer is looked up while it is typed, and what is offered is taken on the spot.

const form = document.querySelector("form[data-known-while-typing]");
if (form) {
  const ONCE_CHANGED = new Set(["image.repository"]); // half a name would be asked of the registry with every pause
  const isAsked = (field) => /^(name|image\.repository|compute\.|exposure)/.test(field.name);
  let waiting = 0, asking;
  const soon = () => (clearTimeout(waiting), (waiting = setTimeout(ask, 400)));

  form.addEventListener("input", (event) => {
    if (event.target.name === "size") return take(event.target.value);
    if (!event.isComposing && isAsked(event.target) && !ONCE_CHANGED.has(event.target.name)) soon();
  });
  form.addEventListener("change", (event) => isAsked(event.target) && soon());
  form.addEventListener("compositionend", (event) => isAsked(event.target) && soon());
  form.addEventListener("click", (event) => {
    const offer = event.target.closest("button[data-takes]");
    if (!offer) return;
    event.preventDefault();
    set(offer.dataset.takes, offer.dataset.value);
    form.elements[offer.dataset.takes].focus();
  });

  if (form.elements["image.repository"]?.value) soon(); // the page itself waited for no registry

  function take(size) {
    const [cpu, memory] = size.split("x");
    if (memory) set("compute.cpu", cpu), set("compute.memory_mib", memory);
  }

  function set(name, value) {
    form.elements[name].value = value;
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "known");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, redirect: "error", signal: asking.signal });
      if (!answer.ok) return;
      const known = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const fresh of known.querySelectorAll("[data-known]")) exchange(fresh);
    } catch {
      return; // asked anew meanwhile, or the network is away: what stands here stays
    }
  }

  // A list that somebody has open stays as it is.
  function exchange(fresh) {
    const here = form.querySelector(`[data-known="${fresh.dataset.known}"]`);
    if (here && !here.contains(document.activeElement)) here.replaceChildren(...fresh.childNodes);
  }
}
