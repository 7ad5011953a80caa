// Keys for people who work at a desk, on pages with a note of them ([data-keys]). "/" goes to the box; from there and
// within the results up and down go from entry to entry, right into the chosen entry and left back to the list; Enter
// shows an entry beside the list; "c" copies its text. A switch in the note ([data-keys-switch]) turns single keys off,
// as WCAG 2.1.4 asks. It is remembered in sessionStorage: for this tab only, so that nothing stays on the device.
// On a narrow screen, which does not show the note, single keys do nothing.

const CARD = ".app-card[data-ref]";
const FIELDS = "input, select, textarea:not([readonly]), [contenteditable]";
const pane = document.getElementById("chosen");
const hasRoomForPane = matchMedia("(min-width: 75em)");

// The chosen entry beside the list

let showing = new AbortController();

async function showBeside(link) {
  const card = link.closest(".app-card");
  const query = new URLSearchParams(location.search);
  query.delete("entry");
  showing.abort();
  showing = new AbortController();
  try {
    const response = await fetch(`/services/${card.dataset.ref}/chosen?${query}`, { signal: showing.signal });
    if (!response.ok) throw new Error(response.statusText);
    pane.innerHTML = await response.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(link.href);
    return;
  }
  pane.scrollTop = 0;
  showCopyButtons();
  document.querySelectorAll(`${CARD}[aria-current]`).forEach((other) => other.removeAttribute("aria-current"));
  card.setAttribute("aria-current", "true");
  query.set("entry", card.dataset.ref);
  history.replaceState(history.state, "", `?${query}`);
  say(`Shown beside the list: ${link.textContent}`);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(`${CARD} h3 a`);
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (!link || !pane || !isPlain || !hasRoomForPane.matches) return;
  event.preventDefault();
  showBeside(link);
});

// The text for the caller

async function copy() {
  const source = document.querySelector("[data-copy]");
  if (!source) return;
  const text = (source.value ?? source.textContent).trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copiedTheOldWay(text)) {
      say("The text could not be copied. Select it and copy it yourself.");
      return;
    }
  }
  say("Copied the text for the caller");
  document.querySelectorAll("[data-copy-button]").forEach(showCopied);
}

// Browsers keep the clipboard from pages that come without encryption.
function copiedTheOldWay(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "nhsuk-u-visually-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  before?.focus();
  return copied;
}

function showCopied(button) {
  button.dataset.label ??= button.textContent;
  button.textContent = "Copied";
  setTimeout(() => {
    button.textContent = button.dataset.label;
  }, 2000);
}

function showCopyButtons() {
  document.querySelectorAll("[data-copy-button]").forEach((button) => {
    button.hidden = false;
  });
}

showCopyButtons();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-copy-button]")) copy();
});

// Keys

// A browser may refuse to remember anything: then the switch holds for this page.
function remembered() {
  try {
    return sessionStorage.getItem("keys");
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    sessionStorage.setItem("keys", value);
  } catch {
    return;
  }
}

function useKeys(note) {
  const box = document.getElementById("q");
  const button = note.querySelector("[data-keys-switch]");
  let areOn = remembered() !== "off";

  function label() {
    button.textContent = areOn ? "Turn single keys off" : "Turn single keys on";
  }

  // Where an arrow leads from an element; undefined where it does what it always does.
  function led(from, key) {
    const links = [...document.querySelectorAll(`${CARD} h3 a`)];
    const card = from.closest(CARD);
    const at = links.indexOf(card?.querySelector("h3 a"));
    if (key === "ArrowDown" && (card || from === box)) return links[at + 1];
    if (key === "ArrowUp" && card) return links[at - 1] ?? box;
    if (!pane || !hasRoomForPane.matches) return undefined;
    if (key === "ArrowRight" && card) return pane;
    const isInPane = pane.contains(from) && !from.closest("textarea");
    if (key === "ArrowLeft" && isInPane) return document.querySelector(`${CARD}[aria-current] h3 a`) ?? links[0];
    return undefined;
  }

  function press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.closest(FIELDS);
    const isForUs = areOn && !isTyping && hasRoomForPane.matches;
    let goal = event.target === box || !isTyping ? led(event.target, event.key) : undefined;
    if (isForUs && event.key === "/") goal = box;
    if (isForUs && event.key === "c" && !event.repeat) copy();
    if (!goal) return;
    event.preventDefault();
    goal.focus();
    if (goal === box) box.select();
  }

  note.hidden = false;
  label();
  button.addEventListener("click", () => {
    areOn = !areOn;
    remember(areOn ? "on" : "off");
    label();
  });
  document.addEventListener("keydown", press);
}

if (pane) pane.tabIndex = -1;
const noteOfKeys = document.querySelector("[data-keys]");
if (noteOfKeys) useKeys(noteOfKeys);
