// The hours forms ([data-hours]): buttons that add, take away or copy rows ([data-in-place]) change the form in place,
// one after the other. The server makes the new form, as it does without this script; where that fails the button is
// pressed as usual.

const typedIn = (form) => new URLSearchParams(new FormData(form)).toString();

async function changeInPlace(button) {
  let form, typed, text;
  do {
    // Again, where somebody went on typing while the server was asked: nothing typed is lost.
    form = document.querySelector("[data-hours]");
    typed = typedIn(form);
    const body = new URLSearchParams(typed);
    body.append("do", button.value);
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok) throw new Error(response.statusText);
    text = await response.text();
  } while (typedIn(form) !== typed);
  form.replaceWith(new DOMParser().parseFromString(text, "text/html").querySelector("[data-hours]"));
  const goal = document.getElementById(new URL(button.formAction).hash.slice(1));
  (goal?.matches("input") ? goal : goal?.querySelector("input"))?.focus();
}

let turn = Promise.resolve();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-hours] [data-in-place]");
  if (!button || button.dataset.pressed) return;
  event.preventDefault();
  turn = turn
    .then(() => changeInPlace(button))
    .catch(() => {
      button.dataset.pressed = "yes";
      button.click();
    });
});
