// Saves each question of a section as it is written. Without it the button Save does the same.
(() => {
  const form = document.querySelector("form[data-save]");
  if (!form || !window.fetch) return;
  const status = document.getElementById("receipt");
  const timers = new Map();
  const say = (text, kind) => { status.textContent = text; status.className = kind; };

  const fieldsOf = (question) => {
    const data = new FormData();
    for (const item of question.querySelectorAll("input, select, textarea")) {
      if (!item.name || item.disabled || item.type === "file") continue;
      if ((item.type === "checkbox" || item.type === "radio") && !item.checked) continue;
      data.append(item.name, item.value);
    }
    data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    return data;
  };

  const settle = (question, found) => {
    for (const [key, version] of Object.entries(found.versions || {})) {
      const held = form.querySelector(`[name="v.${CSS.escape(key)}"]`);
      if (held) held.value = version;
    }
    if (found.arising) {
      const arising = new Set(found.arising);
      for (const other of form.querySelectorAll("[data-question]")) other.hidden = !arising.has(other.dataset.question);
    }
    const wrong = question.querySelector("[data-wrong]");
    const text = (found.problems || {})[question.dataset.question] || "";
    if (wrong) { wrong.textContent = text; wrong.hidden = !text; }
    say(text || found.said || found.problem || "", text || found.problem || (found.waiting || []).length ? "warned" : "said");
  };

  const save = async (question) => {
    say(form.dataset.saving, "said");
    try {
      const answer = await fetch(form.dataset.save, { method: "POST", body: fieldsOf(question), credentials: "same-origin" });
      if (answer.redirected || !(answer.headers.get("content-type") || "").includes("json")) throw new Error("signed out");
      settle(question, await answer.json());
    } catch {
      say(form.dataset.failed, "warned");
    }
  };

  const soon = (question, wait) => {
    clearTimeout(timers.get(question));
    timers.set(question, setTimeout(() => { timers.delete(question); save(question); }, wait));
  };

  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (question) soon(question, 150);
  });
  form.addEventListener("input", (event) => {
    const question = event.target.closest("[data-question]");
    if (question && event.target.matches("textarea, input[type=text]")) soon(question, 1500);
  });
  window.addEventListener("beforeunload", (event) => { if (timers.size) event.preventDefault(); });
  form.addEventListener("submit", () => { for (const timer of timers.values()) clearTimeout(timer); timers.clear(); });
})();
