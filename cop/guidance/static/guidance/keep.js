// The button "Keep help on this device". Without script the page shows no button and says why.
const button = document.getElementById("keep"), says = document.getElementById("says");
if ("serviceWorker" in navigator && "caches" in window) {
  button.hidden = false;
  const tell = key => { says.textContent = says.dataset[key]; };
  caches.has("cop-help").then(kept => { if (kept) tell("kept"); });
  button.addEventListener("click", async () => {
    tell("working");
    try {
      await navigator.serviceWorker.register(button.dataset.worker, {scope: "/"});
      await navigator.serviceWorker.ready;
      tell(await caches.has("cop-help") ? "kept" : "failed");
    } catch { tell("failed"); }
  });
}
