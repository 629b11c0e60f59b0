// The button "Keep help on this device". Where a device can't keep anything, the page says so and offers a file.
const button = document.getElementById("keep"), says = document.getElementById("says");
const tell = key => { says.textContent = says.dataset[key]; };
const here = "serviceWorker" in navigator && "caches" in window;
const gone = async () => {
  await caches.delete("cop-help");
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
};
if (!here) document.getElementById("instead").hidden = false;
else {
  button.hidden = false;
  if (says.dataset.forget) gone();
  else caches.has("cop-help").then(kept => { if (kept) tell("kept"); });
  button.addEventListener("click", async () => {
    tell("working");
    try {
      await navigator.serviceWorker.register(button.dataset.worker, {scope: "/"});
      await navigator.serviceWorker.ready;
      tell(await caches.has("cop-help") ? "kept" : "failed");
    } catch { tell("failed"); }
  });
}
