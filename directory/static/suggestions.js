// Suggestions under the box: an editable combobox with a list, after the ARIA Authoring Practices. Nothing is chosen
// that is not highlighted, so that Enter sends what was typed, as it does without a script.

const ASK_EVERY_MS = 60; // a letter is asked about at once, but not each of a held key's
const SAY_AFTER_MS = 900;

function offerSuggestions(box) {
  const list = document.createElement("ul");
  const answers = new Map();
  let offered = [];
  let highlighted = -1;
  let asking = new AbortController();
  let askedAt = -ASK_EVERY_MS;
  let toAsk;
  let toSay;

  list.id = "suggestions";
  list.className = "app-suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  box.parentElement.classList.add("app-suggesting");
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  async function ask() {
    const text = box.value;
    askedAt = performance.now();
    asking = new AbortController();
    if (!answers.has(text)) {
      try {
        const response = await fetch(`/api/v1/suggestions?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        answers.set(text, response.ok ? (await response.json()).suggestions : []);
      } catch {
        return; // another letter came first, or there is no connection: the box works without suggestions
      }
    }
    if (text === box.value && document.activeElement === box) offer(answers.get(text));
  }

  function offer(suggestions) {
    offered = suggestions;
    list.replaceChildren(...suggestions.map(option));
    highlight(-1);
    open(suggestions.length > 0);
    clearTimeout(toSay);
    if (!suggestions.length) return;
    const count = suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`;
    toSay = setTimeout(() => say(`${count}. Use the up and down arrows.`), SAY_AFTER_MS);
  }

  function option({ text, detail, url }, number) {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    const small = document.createElement("small");
    small.textContent = url ? `Open page: ${detail}` : detail;
    item.append(text, " ", small);
    item.addEventListener("click", () => take(number));
    return item;
  }

  function open(is) {
    list.hidden = !is;
    box.setAttribute("aria-expanded", String(is));
  }

  function close() {
    clearTimeout(toAsk);
    clearTimeout(toSay);
    asking.abort();
    highlight(-1);
    open(false);
  }

  function highlight(number) {
    highlighted = number;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === number)));
    if (number < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", `suggestion-${number}`);
    list.children[number].scrollIntoView({ block: "nearest" });
  }

  function take(number) {
    const { text, url } = offered[number];
    close();
    if (url) {
      location.assign(url);
      return;
    }
    box.value = `${text} `;
    say(text);
  }

  // From the text that was typed down the list, and round again.
  function move(step) {
    const stops = offered.length + 1;
    highlight(((highlighted + 1 + step + stops) % stops) - 1);
  }

  function press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && event.altKey && offered.length) open(true);
      return;
    }
    const isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    const takes = event.key === "Enter" && highlighted >= 0;
    if (isArrow) move(event.key === "ArrowDown" ? 1 : -1);
    else if (takes) take(highlighted);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) highlight(-1);
    if (isArrow || takes) event.preventDefault();
  }

  box.addEventListener("input", () => {
    clearTimeout(toAsk);
    asking.abort();
    toAsk = setTimeout(ask, askedAt + ASK_EVERY_MS - performance.now());
  });
  box.addEventListener("keydown", press);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
}

const box = document.getElementById("q");
if (box) offerSuggestions(box);
