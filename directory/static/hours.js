// The hours forms ([data-hours]): buttons that add, take away or copy rows ([data-in-place]) change the form in place.
// The server makes the new form, as it does without this script; where that fails the button is pressed as usual.

async function changeInPlace(button) {
  const form = button.form;
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body });
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const goal = new URL(button.formAction).hash.slice(1);
  form.replaceWith(page.querySelector("[data-hours]"));
  const field = document.getElementById(goal);
  (field?.matches("input") ? field : field?.querySelector("input"))?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-hours] [data-in-place]");
  if (!button || event.defaultPrevented || button.dataset.pressed) return;
  event.preventDefault();
  changeInPlace(button).catch(() => {
    button.dataset.pressed = "yes";
    button.click();
  });
});
