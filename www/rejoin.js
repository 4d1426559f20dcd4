/* Rejoin's embed script. docs/EMBEDDING.md tells how to use it; crates/wire/src/host.rs names the messages.
   The host page may have changed its prototypes: nothing relies on array methods, iterators or what elements are appended with. */
(() => {
  "use strict";
  try {
    const win = window, doc = document;
    const tag = doc.currentScript || doc.querySelector("script[data-widget]");
    const data = (name, otherwise) => tag.getAttribute("data-" + name) || otherwise;
    const name = data("widget", "");
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) return;

    // Nothing of ours ever throws into the host page.
    const on = (target, kind, act) => target.addEventListener(kind, (event) => {
      try { act(event); } catch {}
    });
    const make = (kind, attributes, parent) => {
      const element = doc.createElementNS(/svg|path/.test(kind) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml", kind);
      // Texts alone: a page may have put something else on all objects.
      for (const key in attributes) if (attributes[key]?.at) element.setAttribute(key, attributes[key]);
      parent?.appendChild(element);
      return element;
    };

    const earlier = win.rejoin;
    let api = earlier?.widgets && earlier;
    if (!api) {
      const widgets = { __proto__: null };
      const of = (which) => {
        for (const first in widgets) return widgets[which] || widgets[first];
      };
      api = {
        widgets,
        open: (which) => of(which).open(),
        minimize: (which) => of(which).minimize(),
        getState: (which) => of(which).getState(),
        signIn: (provider) => {
          api.provider = provider;
          for (const which in widgets) widgets[which].signIn();
        },
        signOut: () => api.signIn(),
        context: (values) => new Promise((done) => of().more({ type: "context", values, done })),
        decorate: async (url) => url,
        push: (command) => { try { api[command[0]](command[1]); } catch {} },
      };
    }
    // Injected again (single-page routing, Turbo): the one that is there stays.
    if (api.widgets[name]) return api.widgets[name].attach();

    const { origin } = new URL(tag.src);
    const key = "rejoin.v1." + name, memory = {}, mode = data("open"), title = data("title", "Chat");
    let state = "idle", stores = true, opened = false, tries = 0, unread = 0, frame, ready, answer;
    const running = new Promise((resolve) => { answer = resolve; });

    // Storage may throw; then what is kept lives as long as the page.
    const read = (area, part) => {
      try { return win[area][key + part] || memory[part]; } catch { stores = false; return memory[part]; }
    };
    const keep = (area, part, value) => {
      memory[part] = "";
      try { value ? win[area][key + part] = value : delete win[area][key + part]; } catch { stores = false; memory[part] = value; }
    };
    const token = () => read("localStorage", "");
    const remember = () => keep("sessionStorage", ".open", opened && token() && "1");

    const accent = data("accent");
    const side = data("position") === "start" ? "start" : "end";
    let inset = 20;
    for (const other in api.widgets) if (api.widgets[other].side === side) inset += 68;

    const sheet = new CSSStyleSheet();
    // Lines end with a backslash so that no line break is sent.
    sheet.replaceSync(`\
:host{all:initial!important;display:block!important;position:fixed!important;color-scheme:light dark!important;\
--a:${accent || "light-dark(#0b6b63,#46c9b6)"};--o:oklch(from var(--a) calc((.66 - l)*99) 0 0);\
font:600 12px/1 system-ui!important}\
div,dialog{position:fixed;inset:auto;inset-inline-${side}:${inset}px;background:none;padding:0;border:0;overflow:visible;margin:0}\
div{bottom:calc(20px + env(safe-area-inset-bottom));width:56px;height:56px}\
button{all:unset;position:relative;box-sizing:border-box;display:grid;place-items:center;cursor:pointer;border-radius:50%;width:56px;height:56px;\
background:var(--a);color:var(--o);box-shadow:0 4px 16px #161a2240}\
button:focus-visible{outline:2px solid light-dark(#1f6feb,#7db2ff);outline-offset:3px}\
svg{stroke:currentColor;fill:none;width:28px;stroke-linecap:round;stroke-linejoin:round;stroke-width:2.2;height:28px}\
[aria-expanded=true] path:first-child,[aria-expanded=false] path+path,span:empty,p[hidden]{display:none}\
span{position:absolute;top:-4px;inset-inline-end:-4px;min-width:12px;padding:4px;border-radius:10px;\
box-shadow:0 0 0 2px light-dark(#fff,#14171d);background:#b3261e;text-align:center;color:#fff}\
[lost]:before{content:"";border-radius:50%;position:absolute;inset:-5px;border:2px solid light-dark(#c77700,#f2b755)}\
dialog{bottom:88px;width:min(376px,100vw - 40px);height:min(640px,100dvh - 108px);max-width:none;max-height:none;\
overflow:hidden;background:light-dark(#fff,#14171d);border-radius:16px;box-shadow:0 4px 16px #161a2240}\
:modal{inset:var(--t,0) 0 0;box-shadow:none;width:100vw;border-radius:0;height:var(--h,100dvh)}\
iframe{border:0;display:block;width:100%;height:100%}\
p{position:absolute;inset:0;padding:24px;display:grid;place-items:center;text-align:center;margin:0;background:light-dark(#fff,#14171d);\
font:15px/1.5 system-ui}\
@media(forced-colors:active){button,dialog{border:1px solid ButtonText}}`);

    const host = make("rejoin-chat", { lang: data("lang", doc.documentElement.lang) });
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const corner = make("div", { popover: "manual" }, root);
    const button = make("button", { type: "button", "aria-expanded": "false" }, corner);
    const icon = make("svg", { viewBox: "0 0 24 24" }, button);
    make("path", { d: "M18.4 17.6A8.6 8.6 0 1 0 12 20.6h7.6" }, icon);
    make("path", { d: "M6 9.5l6 6 6-6" }, icon);
    const badge = make("span", {}, button);
    const panel = make("dialog", { popover: "manual", "aria-label": title }, root);
    const note = make("p", { role: "status", hidden: "" }, panel);
    const narrow = matchMedia("(max-width:479px),(max-height:449px)"), view = visualViewport;

    const say = (type, fields) => {
      if (ready) frame.contentWindow.postMessage({ rejoin: 1, type, ...fields }, origin);
    };
    const tell = (kind, detail) => doc.dispatchEvent(new CustomEvent("rejoin:" + kind, { detail: { ...getState(), ...detail }, bubbles: true }));
    const label = (words) => button.setAttribute("aria-label", words || data("label", "Open chat"));
    const getState = () => ({ unread, state, open: opened, widget: name });

    // Never moved, which would reload it, and never sent elsewhere: a frame that is sent on before it has been somewhere can stay
    // white, and Back would go through what it left.
    const load = () => {
      frame?.remove();
      ready = false;
      frame = make("iframe", {
        title,
        sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
        src: origin + "/w/" + name + "/#" + location.origin,
        allow: "clipboard-write",
      }, panel);
      const tried = frame;
      setTimeout(() => {
        if (ready || frame !== tried) return;
        note.textContent = data("offline", "The chat can't be reached. Trying again.");
        note.hidden = false;
        load();
      }, Math.min(8e3 * ++tries, 3e4));
    };
    const boot = () => frame || load();
    const size = () => {
      panel.style.cssText = `--h:${view.height}px;--t:${view.offsetTop}px`;
    };
    const show = () => {
      size();
      narrow.matches ? panel.showModal() : panel.showPopover();
    };
    const hide = () => panel.open ? panel.close() : panel.hidePopover();
    const turn = (wanted, focus) => {
      if (opened === wanted) return;
      opened = wanted;
      button.setAttribute("aria-expanded", wanted);
      wanted ? show() : hide();
      remember();
      say(wanted ? "opened" : "minimized", { focus });
      tell("state");
    };
    const open = (byPerson) => {
      turn(true, byPerson);
      boot();
      if (byPerson) frame.focus();
      return running;
    };
    const minimize = () => {
      const inside = root.activeElement && root.activeElement !== button;
      turn(false);
      if (inside) button.focus();
    };

    // A reconnect link or a hand-over code leaves the address bar, and waits in this tab's storage until it is answered.
    const arrive = () => {
      const { hash, href } = location;
      const found = /([?#&])(?:oc\.reconnectid|rejoin(-code)?)=([\w-]*)(&?)/.exec(tag.dataset.linkInQuery != null ? href : hash);
      if (found) {
        history.replaceState(history.state, "", href.replace(found[0], found[4] && found[1]));
        keep("sessionStorage", ".arrival", (found[2] ? "handover." : "link.") + found[3]);
        if (frame) load();
      }
      const arrival = read("sessionStorage", ".arrival");
      if (arrival) arrival[0] === "l" ? open() : boot();
    };
    // What only some pages need is in a script of its own, www/rejoin-more.js: signing in, other sites, being sent elsewhere.
    // It hears the last message of a kind, with those before it that it was not there to hear.
    const more = (message) => {
      message.was = self[message.type];
      self[message.type] = message;
      api.more ||= make("script", { src: origin + "/rejoin-more.js", nonce: tag.nonce }, root);
      api.hear?.(self, message);
    };
    const answers = {
      ready: () => {
        ready = note.hidden = true;
        answer();
        const focus = opened && root.activeElement === frame;
        // The focus that the empty frame got is lost when another process takes it over.
        if (focus) {
          frame.blur();
          frame.focus();
        }
        say("init", {
          token: token(), open: opened, focus, storage: stores, accent, arrival: read("sessionStorage", ".arrival"),
          signIn: !!api.provider,
          page: location.origin + location.pathname, lang: host.lang,
        });
      },
      // Two tabs may start, or start anew, at the same time: the first one's token stays, and only the known one is removed.
      store: ({ token: wanted, was }) => {
        const held = token();
        if (wanted ? was || !held : held === was) {
          keep("localStorage", "", wanted);
          remember();
        }
        say("token", { token: token() });
      },
      badge: (message) => {
        const count = message.count;
        badge.textContent = count > 99 ? "99+" : count || "";
        button.toggleAttribute("lost", message.reconnecting);
        label(message.label);
        if (count !== unread) {
          unread = count;
          tell("unread", { count });
        }
      },
      minimize,
      arrived: () => keep("sessionStorage", ".arrival"),
      event: (message) => tell(message.name),
      state: (message) => {
        state = message.state;
        tell("state");
      },
    };

    const signIn = () => ready && more({ type: "sign-in" });
    const attach = () => {
      if (host.isConnected) return;
      // Beside the body: whoever replaces the body keeps us.
      doc.documentElement.appendChild(host);
      corner.showPopover();
      if (opened) show();
    };
    const self = { tell, token, getState, say, open: () => open(true), name, more, minimize, signIn, root, side, attach };
    const sync = () => {
      say("token", { token: token() });
      if (token()) boot();
    };
    const start = () => {
      label();
      attach();
      on(win, "message", ({ data, source, origin: from }) => {
        if (source === frame?.contentWindow && from === origin && data?.rejoin === 1) (answers[data.type] || more)(data);
      });
      on(button, "click", () => opened ? minimize() : open(true));
      on(button, "pointerenter", boot);
      on(button, "focus", boot);
      on(root, "keydown", (event) => { if (event.key === "Escape") minimize(); });
      on(panel, "cancel", (event) => { event.preventDefault(); minimize(); });
      on(narrow, "change", () => {
        if (!opened) return;
        hide();
        show();
      });
      on(view, "resize", size);
      on(view, "scroll", size);
      on(win, "storage", (event) => {
        if (event.key && event.key !== key) return;
        memory[""] = "";
        sync();
      });
      on(win, "hashchange", arrive);
      on(win, "pageshow", sync);
      arrive();
      if (token()) read("sessionStorage", ".open") ? open() : boot();

      api.widgets[name] = self;
      if (mode) more({ type: "opens", mode });
      if (win.rejoin !== api) {
        win.rejoin = api;
        if (earlier) for (let i = 0; i < earlier.length; i++) api.push(earlier[i]);
      }
    };
    // A page that is prerendering does nothing.
    if (doc.prerendering) on(doc, "prerenderingchange", start);
    else start();
  } catch {}
})();
