// Asks every half minute what waits, and shows it: the banner, the counts and the tab's title. Nothing is reloaded, so
// nothing that is being written is lost. It asks nothing while the tab is hidden, and stops when nobody is signed in.
// Without this file the next page says what is new.

const banner = document.querySelector("[data-poll]");
const said = document.querySelector("[data-say]");
const title = document.title;
let tag = "";
let known = null;
let timer = 0;

function show(page) {
  const fresh = page.querySelector("[data-banner]");
  const held = banner.contains(document.activeElement);
  if (fresh && !held && fresh.innerHTML.trim() !== banner.innerHTML.trim()) {
    banner.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  }
  for (const count of page.querySelectorAll("[data-count]")) {
    for (const place of document.querySelectorAll(`[data-count="${count.dataset.count}"]`)) place.textContent = count.textContent;
  }
  const now = page.querySelector('[data-count="now"]').textContent;
  document.title = now === "0" ? title : `(${now}) ${title}`;
  if (known !== null && parseInt(now, 10) > parseInt(known, 10)) said.textContent = page.querySelector("[data-words]").textContent.trim();
  known = now;
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  const answer = await fetch(banner.dataset.poll, { headers: tag ? { "If-None-Match": tag } : {}, redirect: "manual" }).catch(() => null);
  if (answer && [401, 403, 404].includes(answer.status)) return;
  if (answer?.status === 200) {
    tag = answer.headers.get("ETag") || "";
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
  timer = setTimeout(ask, banner.dataset.seconds * 1000);
}

document.addEventListener("visibilitychange", ask);
if (banner) ask();
