import init from "./gallery.js";
// As the widget has it: the form of what is asked is drawn when its place is there.
const { show } = await import(new URL("./survey.js", import.meta.url));
new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
init({ module_or_path: new URL("./gallery_bg.wasm", import.meta.url) });
