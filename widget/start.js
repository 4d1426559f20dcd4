import init from "./rejoin-widget.js";
// English is part of the module; the others are asked for by their language.
const words = { de: "./words-de.txt", ar: "./words-ar.txt" };
globalThis.rejoinWords = async (lang) => {
  const answer = await fetch(new URL(words[lang], import.meta.url));
  if (!answer.ok) throw new Error("no words");
  return answer.text();
};
init({ module_or_path: new URL("./rejoin-widget_bg.wasm", import.meta.url) });
// Where something is asked before a conversation, the module draws an empty form.
const drawn = document.getElementsByClassName("survey");
new MutationObserver(() => drawn[0] && import(new URL("./survey.js", import.meta.url)).then((survey) => survey.show())).observe(document, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-questions"],
});
