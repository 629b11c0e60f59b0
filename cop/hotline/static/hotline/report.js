"use strict";
// Seals a report before it is sent, as core/sealing.py does, so that no server sees its words; and finds the proof of work.
// The page works without it: where something is missing or fails, the form goes as it is and the server seals.
(() => {
  const form = document.getElementById("report");
  if (!form) return;
  const NAMES = [ // sorted, as in pack
    "address", "concern", "contact", "language", "may_contact", "may_pass_on", "note", "place", "place_kind", "reporter", "site_type",
  ];
  const CARRIER = /^\s*(data\s*:\s*([\w.+-]+\/[\w.+*-]+|;\s*base64|,)|blob\s*:\s*(https?:|null|file:|[\da-f-]{36}))/i;
  const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]/gu; // with the flag u, only surrogates without their other half
  const ENDS = /^[^\S\ufeff]+|[^\S\ufeff]+$/g; // white space as Python knows it
  const STEP = 512, BATCH = 128, TURN = 40, START = "cop-centre 1";

  // Bytes
  const join = (...parts) => {
    const all = parts.map((part) => (typeof part === "string" ? new TextEncoder().encode(part) : new Uint8Array(part)));
    const out = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of all) { out.set(part, at); at += part.length; }
    return out;
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (!/^([\da-f]{2})+$/i.test(text)) throw new Error("not hexadecimal");
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  };
  const base64url = (bytes) =>
    btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const unbase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hmac = async (key, ...parts) => {
    const held = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", held, join(...parts)));
  };

  // HPKE base mode (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM. An empty salt is the same as one of zeros.
  const KEM = join("KEM", [0, 32]), SUITE = join("HPKE", [0, 32, 0, 1, 0, 2]), NONE = new Uint8Array(32);
  const extract = (salt, suite, label, input) => hmac(salt, "HPKE-v1", suite, label, input);
  const expand = async (key, suite, label, info, length) =>
    (await hmac(key, [0, length], "HPKE-v1", suite, label, info, [1])).slice(0, length);
  const newPair = async () => crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  const publicHalf = async (pair) => new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const schedule = async (receiver, info, pair) => {
    const sender = await publicHalf(pair);
    const other = await crypto.subtle.importKey("raw", receiver, { name: "X25519" }, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "X25519", public: other }, pair.privateKey, 256);
    const secret = await expand(await extract(NONE, KEM, "eae_prk", shared), KEM, "shared_secret", join(sender, receiver), 32);
    const place = join([0], await extract(NONE, SUITE, "psk_id_hash", ""), await extract(NONE, SUITE, "info_hash", info));
    const root = await extract(secret, SUITE, "secret", "");
    const key = await expand(root, SUITE, "key", place, 32), iv = await expand(root, SUITE, "base_nonce", place, 12);
    return { sender, iv, key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]) };
  };
  const seal = async (receiver, plain, info) => {
    const { sender, iv, key } = await schedule(receiver, info, await newPair());
    return join(sender, await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  };
  const context = (...parts) => {
    if (!parts.every((part) => /^[ -~]+$/.test(part || ""))) throw new Error("can't name what is sealed");
    return join([START, ...parts].join("\n"));
  };

  // The receipt and what it opens (core/receipt.py)
  const derive = async (root, purpose) => hmac(await hmac(NONE, root), `${START}\nreceipt\n${purpose}`, [1]);
  const receiptOf = async (seed) => {
    const digits = (BigInt("0x" + hex(await derive(seed, "receipt"))) % 10n ** 31n).toString().padStart(31, "0");
    let product = 10;
    for (const digit of digits) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
    return digits + ((11 - product) % 10);
  };

  // The bytes of a report (core/body.py)
  const clean = (text) => text.replace(CONTROLS, "").replace(ENDS, "");
  const pack = (held) => {
    const bytes = join(JSON.stringify(held));
    const out = new Uint8Array(Math.ceil(bytes.length / STEP) * STEP).fill(32);
    out.set(bytes);
    return out;
  };

  const sealReport = async (packed, seed, { team, teamId, month, monthId }) => {
    const receipt = await receiptOf(seed), record = "report/" + hex(await derive(receipt, "thread"));
    const pair = await newPair(), own = await publicHalf(pair);
    const secret = unbase64url((await crypto.subtle.exportKey("jwk", pair.privateKey)).d);
    const inner = await seal(unhex(team), secret, context("report key", record, teamId));
    const outer = await seal(unhex(month), inner, context("report month", record, monthId));
    const name = hex(await sha256(own)).slice(0, 16);
    const body = await seal(own, packed, context("report body", record, name));
    return [base64url(join(own, outer, body)), hex(await hmac(await derive(receipt, "body"), packed))];
  };

  // The proof of work (core/proof.py), in batches, with a turn for the page every 40 milliseconds
  const solve = async (challenge, seed) => {
    const wanted = Number(challenge.split(".")[1]), start = `${challenge}:${seed}:`;
    if (!(wanted >= 0 && wanted <= 32)) throw new Error("no challenge");
    let since = performance.now();
    for (let first = 0; ; first += BATCH) {
      const tried = await Promise.all(Array.from({ length: BATCH }, (_, more) => sha256(join(start + (first + more)))));
      const found = tried.findIndex((digest) => Math.clz32(new DataView(digest.buffer).getUint32(0)) >= wanted);
      if (found >= 0) return `${challenge}:${first + found}`;
      if (performance.now() - since < TURN) continue;
      await new Promise((resolve) => setTimeout(resolve)); // else the answers come before everything that the page has to do
      since = performance.now();
    }
  };

  // The form
  const all = [...form.elements], fields = all.filter((field) => NAMES.includes(field.name));
  const buttons = all.filter((field) => field.type === "submit");
  const show = (what, shown) => { for (const one of document.querySelectorAll(`[data-${what}]`)) one.hidden = !shown; };
  const allow = (allowed) => {
    for (const field of [...fields, ...buttons]) field.disabled = !allowed;
    show("working", !allowed);
  };
  const said = () => {
    const held = {};
    for (const name of NAMES) {
      for (const field of fields) {
        if (field.name === name && (field.checked || !/^(radio|checkbox)$/.test(field.type))) held[name] = clean(field.value);
      }
      if (!held[name]) delete held[name];
    }
    return held;
  };
  const put = (sealed, mark) => { form.elements.sealed.value = sealed; form.elements.mark.value = mark; };
  let proof, state = "open"; // then "working", then "sent"
  const solved = async () => solve(form.dataset.challenge, form.elements.seed.value);
  const prove = () => (proof = proof || solved().catch(() => ""));
  const again = () => { if (state === "sent") { state = "open"; allow(true); } };

  // Seals what is said into the hidden fields. Answers whether the words must go as they are: because something failed, or because
  // nothing is said that could be sealed, and the server says what it needs.
  const hide = async () => {
    try {
      const held = said();
      put("", "");
      if (!held.address && !held.place && !held.note) return false;
      put(...await sealReport(pack(held), form.elements.seed.value, form.dataset));
      return true;
    } catch {
      show("plain", true);
      return false;
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (state !== "open") return;
    const media = fields.find((field) => CARRIER.test(field.value));
    show("media", media);
    if (media) { media.focus(); return; }
    state = "working";
    const hidden = !fields.length || hide(); // a page that asks to send again holds what was sealed, and no fields
    allow(false);
    const plain = !await hidden, found = await prove();
    if (plain) for (const field of fields) field.disabled = false;
    if (form.elements.proof) form.elements.proof.value = found;
    state = "sent";
    HTMLFormElement.prototype.submit.call(form);
    setTimeout(again, 60000); // still here: the network failed; sent again, the same seed stores nothing twice
  });

  allow(true); // a browser may have kept the fields switched off
  window.addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  form.addEventListener("input", prove, { once: true }); // while the person writes
  if (fields.length) newPair().catch(() => show("plain", true));
})();
