// What somebody reads stays where it is in the window while the part around it is exchanged. Browsers see to that for
// what stays the same node; of what is exchanged, the first thing in view is found again by what it leads to or says.

export function keepPlace(here) {
  if (!scrollY) return () => {}; // who has not scrolled sees the head of the page, and what arrives there
  const at = firstInView(here);
  const top = at?.getBoundingClientRect().top;
  return (there) => {
    const same = at && sameAs(at, there);
    if (same) putBack(same, top);
  };
}

// Cards are as high as the sheet guesses until they are drawn, so it takes some frames until all of them stand.
function putBack(same, top, frames = 3) {
  const moved = same.getBoundingClientRect().top - top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
  if (frames) requestAnimationFrame(() => putBack(same, top, frames - 1));
}

function firstInView(part) {
  for (let y = 0; y < innerHeight; y += 24) {
    const at = document.elementFromPoint(innerWidth / 2, y);
    const block = at && part.contains(at) && at !== part ? at.closest("tr, li, figure, section, p, h2, h3, dl") : null;
    if (block && part.contains(block) && block !== part && block.getBoundingClientRect().top >= 0) return block;
  }
  return null;
}

function sameAs(block, there) {
  if (block.id) return there.querySelector(`#${CSS.escape(block.id)}`);
  const others = [...there.querySelectorAll(block.tagName)];
  const leadsTo = block.querySelector("a[href]")?.getAttribute("href");
  if (leadsTo) return others.find((it) => it.querySelector("a[href]")?.getAttribute("href") === leadsTo);
  return others.find((it) => it.textContent === block.textContent);
}
