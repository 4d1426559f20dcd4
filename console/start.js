import init from "./rejoin-console.js";
init({ module_or_path: new URL("./rejoin-console_bg.wasm", import.meta.url) });
