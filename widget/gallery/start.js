import init from "./gallery.js";
init({ module_or_path: new URL("./gallery_bg.wasm", import.meta.url) });
