import init from "./rejoin-widget.js";
init({ module_or_path: new URL("./rejoin-widget_bg.wasm", import.meta.url) });
