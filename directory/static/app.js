// Conveniences. Every page works without them. script/build-assets joins this file and those beside it into one.

const spoken = document.createElement("div");
spoken.setAttribute("role", "status");
spoken.className = "nhsuk-u-visually-hidden";
document.body.append(spoken);

// Tells people who listen to the page what changed. Said anew each time, even in the same words.
function say(text) {
  spoken.textContent = "";
  setTimeout(() => {
    spoken.textContent = text;
  }, 50);
}

const exit = document.getElementById("exit");
let escapes = [];

function leave() {
  document.body.hidden = true;
  location.replace(exit.href);
}

exit.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

// Escape pressed three times within two seconds leaves at once.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    escapes = [];
    return;
  }
  escapes = [...escapes.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
  if (escapes.length >= 3) leave();
});

document.querySelector(".nhsuk-error-summary")?.focus();

const locate = document.getElementById("locate");
if (locate && "geolocation" in navigator) {
  const status = locate.querySelector("[role=status]");
  const box = document.getElementById("q");
  locate.hidden = false;
  locate.querySelector("button").addEventListener("click", () => {
    status.textContent = "Looking…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Three decimals are about 100 metres: near enough to search, and no nearer than that.
        box.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
        status.textContent = "Found. Choose Find to search near you.";
      },
      () => {
        status.textContent = "Your location could not be found. Type a postcode instead.";
      },
      { maximumAge: 60000, timeout: 10000 },
    );
  });
}
