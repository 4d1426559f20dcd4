// The form of a widget that asks something before a conversation; loaded by those alone. The widget's module draws an empty `.survey` with
// the questions in its attributes, and takes the text of a field's `input` for the answers: names and values in turn, with a NUL between two
// of them. So this file lets no other `input` through. What people wrote is text and never HTML.
const WORDS = {
  en: {
    title: "Before we start",
    text: "A few questions first, so that the right person can answer you.",
    go: "Go on to the chat",
    optional: "optional",
    choose: "Please choose",
    missing: "Please answer this.",
    agree: "Please tick this to go on.",
    email: "Please write an address such as name@example.com.",
    long: "That is too long. Please write less.",
    changed: "Our questions have changed. Please look at your answers again.",
    opens: "opens in a new window",
  },
  de: {
    title: "Bevor wir anfangen",
    text: "Ein paar Fragen vorab, damit die richtige Person antworten kann.",
    go: "Weiter zum Chat",
    optional: "freiwillig",
    choose: "Bitte wählen",
    missing: "Bitte beantworten Sie diese Frage.",
    agree: "Bitte setzen Sie hier einen Haken.",
    email: "Bitte geben Sie eine Adresse wie name@example.com ein.",
    long: "Das ist zu lang. Bitte schreiben Sie weniger.",
    changed: "Unsere Fragen haben sich geändert. Bitte sehen Sie Ihre Antworten noch einmal durch.",
    opens: "öffnet ein neues Fenster",
  },
  ar: {
    title: "قبل أن نبدأ",
    text: "بعض الأسئلة أولًا، حتى يجيبك الشخص المناسب.",
    go: "المتابعة إلى المحادثة",
    optional: "اختياري",
    choose: "يُرجى الاختيار",
    missing: "يُرجى الإجابة عن هذا السؤال.",
    agree: "يُرجى وضع علامة هنا للمتابعة.",
    email: "يُرجى كتابة عنوان مثل name@example.com.",
    long: "هذا طويل جدًا. يُرجى الاختصار.",
    changed: "تغيّرت أسئلتنا. يُرجى مراجعة إجاباتك.",
    opens: "يفتح نافذة جديدة",
  },
};

const LOOKS = `@layer page {
.survey { display: flex; flex: 1; flex-direction: column; gap: 16px; min-block-size: 0; padding: 20px 16px calc(16px + env(safe-area-inset-bottom)); overflow: auto; outline: none; }
.survey h2 { font-size: var(--text-19); font-weight: 600; line-height: 1.25; }
.survey p { color: var(--ink-2); text-wrap: pretty; }
.survey label { display: block; margin-block-end: 6px; font-size: var(--text-14); font-weight: 600; overflow-wrap: anywhere; }
.survey i { color: var(--ink-2); font-style: normal; font-weight: 400; }
.survey :is(input, select, textarea) { box-sizing: border-box; inline-size: 100%; min-block-size: 44px; padding: 9px 12px; border: 1px solid var(--ink-3); border-radius: var(--radius-control); background: var(--paper); color: var(--ink); font: 400 var(--text-16) / 1.4 var(--font); }
.survey textarea { resize: vertical; }
.survey .tick { display: flex; gap: 10px; align-items: start; margin: 0; padding-block: 10px; font-weight: 400; }
.survey .tick input { flex: none; inline-size: 24px; min-block-size: 24px; margin: 0; accent-color: var(--accent); }
.survey [aria-invalid=true] { border-color: var(--red); outline-color: var(--red); }
.survey .wrong { margin-block-start: 4px; color: var(--red); font-size: var(--text-13); font-weight: 600; }
.survey .wrong:empty { display: none; }
.survey a { color: var(--accent); overflow-wrap: anywhere; }
.survey .button { flex: none; min-block-size: 44px; font-size: var(--text-15); }
@media (max-height: 360px) { .survey { overflow: visible; } }
}`;

/** All answers together, in bytes: as the relay takes them. */
const BYTES_MAX = 12288;
const words = () => WORDS[document.documentElement.lang] ?? WORDS.en;
const fieldsOf = (form) => [...form.querySelectorAll("input, select, textarea")];
let fields = 0;

const sheet = new CSSStyleSheet();
sheet.replaceSync(LOOKS);
document.adoptedStyleSheets.push(sheet);

const make = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
};

/** A question with the link that may stand in it. */
const linked = (text) => {
  const [all, words_, url] = /\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/.exec(text) ?? [];
  if (!all) return [text];
  const [before, after] = text.split(all);
  const hint = make("span", { class: "unseen" }, ` (${words().opens})`);
  return [before, make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, words_, hint), after];
};

const draw = (question, value) => {
  const { name, text, kind, required, options = [], autocomplete } = question;
  const id = `asked-${(fields += 1)}`;
  const all = { id, name, dir: "auto", "aria-describedby": `${id}-wrong`, required: required && "required" };
  const type = autocomplete === "name" ? "text" : (autocomplete ?? "text");
  const wrong = make("p", { class: "wrong", id: `${id}-wrong` });
  if (kind === "consent") {
    const field = make("input", { ...all, type: "checkbox" });
    field.checked = value === "true";
    return make("div", {}, make("label", { class: "tick" }, field, make("span", { dir: "auto" }, ...linked(text))), wrong);
  }
  const limits = { ...all, maxlength: "4000", autocomplete: autocomplete ?? "off" };
  const field =
    kind === "choice"
      ? make("select", all, new Option(words().choose, ""), ...options.map((one) => new Option(one, one)))
      : kind === "lines"
        ? make("textarea", { ...limits, rows: "3" })
        : make("input", { ...limits, type });
  field.value = value ?? "";
  // An option that is gone leaves nothing chosen, which looks like no field at all.
  if (field.selectedIndex < 0) field.selectedIndex = 0;
  const label = make("label", { for: id, dir: "auto" }, text);
  if (!required) label.append(" ", make("i", {}, `(${words().optional})`));
  return make("div", {}, label, field, wrong);
};

const tell = (field, what) => {
  document.getElementById(`${field.id}-wrong`).textContent = what;
  if (what) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
};

/** Names and values; `null` where something is wrong, which is told then, and has the focus. */
const checked = (form) => {
  const all = fieldsOf(form);
  for (const field of all) {
    const isTick = field.type === "checkbox";
    // What is pasted may have control characters, which are no part of an answer.
    if (!isTick) field.value = field.value.replace(field.rows ? /[^\P{Cc}\n\t]/gu : /\p{Cc}/gu, " ").trim();
    const { valueMissing, typeMismatch } = field.validity;
    tell(field, valueMissing ? (isTick ? words().agree : words().missing) : typeMismatch ? words().email : "");
  }
  const said = all.map((field) => [field.name, field.type === "checkbox" ? (field.checked ? "true" : "") : field.value]);
  const answers = said.filter(([, value]) => value).flat().join("\0");
  if (new TextEncoder().encode(answers).length > BYTES_MAX) {
    tell(all.reduce((most, field) => (field.value.length > most.value.length ? field : most)), words().long);
  }
  const first = form.querySelector("[aria-invalid=true]");
  first?.focus();
  return first ? null : answers;
};

/** Draws what is asked into every `.survey` that does not show it yet; what was filled in stays. */
export const show = () => {
  for (const form of document.querySelectorAll(".survey")) {
    const { questions, answers = "" } = form.dataset;
    if (form.shows === questions) continue;
    const had = document.activeElement;
    const isOurs = form.contains(had) || (had === document.body && document.hasFocus());
    const parts = answers.split("\0");
    const known = {};
    for (let at = 0; at + 1 < parts.length; at += 2) known[parts[at]] = parts[at + 1];
    for (const { name, type, value, checked } of fieldsOf(form)) known[name] = type === "checkbox" ? `${checked}` : value;
    form.shows = questions;
    form.noValidate = true;
    const { title, text, go, changed } = words();
    const drawn = JSON.parse(questions).map((question) => draw(question, known[question.name]));
    const button = make("button", { class: "button", "data-kind": "primary" }, go);
    form.replaceChildren(make("h2", {}, title), make("p", { role: answers && "alert" }, answers ? changed : text), ...drawn, button);
    const [first] = fieldsOf(form);
    // Where the widget puts the focus.
    first?.setAttribute("data-focus", "");
    // Answers of before: they were not taken, or the questions are others by now.
    if (!answers || checked(form) !== null) isOurs && first?.focus();
  }
};

// All before the module hears of it.
const within = (event) => event.target.closest?.(".survey");
addEventListener(
  "input",
  (event) => {
    if (!within(event) || event.target.isAnswer) return;
    event.stopPropagation();
    tell(event.target, "");
  },
  true,
);
addEventListener(
  "submit",
  (event) => {
    const form = within(event);
    if (!form) return;
    event.preventDefault();
    event.stopPropagation();
    const answers = checked(form);
    if (answers === null) return;
    const field = make("textarea", { hidden: "hidden" });
    field.isAnswer = true;
    field.value = answers;
    form.append(field);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.remove();
  },
  true,
);
