/* What only some pages need of Rejoin's embed script (www/rejoin.js, which loads this one when the chat first asks for it): the
   host page's sign-in, what it says about its customer, being sent elsewhere, and links to the owner's other sites. docs/EMBEDDING.md tells how to use it. */
(() => {
  "use strict";
  try {
    const win = window, doc = document, api = win.rejoin;
    if (!api?.widgets || api.hear) return;
    /* How long the page's provider has, how often the page is looked over, and how much of its minute a code must have left. */
    const PROVIDER_WITHIN = 10000, LOOK_EVERY = 2000, FRESH_FOR = 15000, CODE_WITHIN = 1500;
    const quietly = (act) => (event) => {
      try { act(event); } catch {}
    };

    /* Who the customer is. What the page's provider gives goes to the relay's frame and is kept nowhere. */
    const identify = async (widget) => {
      const { provider } = api;
      if (!provider) return widget.say("sign-out");
      let jwt = null, failed = false, late;
      try {
        const given = await new Promise((resolve, reject) => {
          late = setTimeout(reject, PROVIDER_WITHIN);
          /* A provider that throws at once fails like one that rejects. */
          (async () => provider())().then(resolve, reject);
        });
        if (typeof given === "string" && given) jwt = given;
      } catch { failed = true; }
      clearTimeout(late);
      /* Another provider, or none, has taken its place meanwhile: that one answers. */
      if (provider === api.provider) widget.say("signed-in", { jwt, failed });
    };

    /* Other sites of the owner. Every code is for one use, one site and one minute; a lost one costs nothing. */
    const codes = new Map();
    const slot = (widget, site) => {
      const key = widget.name + " " + site;
      if (!codes.has(key)) codes.set(key, { code: null, until: 0, asked: -LOOK_EVERY, waiting: null });
      return codes.get(key);
    };
    const isFresh = (held) => held.code && held.until - performance.now() > FRESH_FOR;
    const want = (widget, site) => {
      const held = slot(widget, site), now = performance.now();
      if (isFresh(held) || now - held.asked < LOOK_EVERY) return;
      held.asked = now;
      widget.say("handover-wanted", { site });
    };
    /* The widget whose live conversation can go on at a site. */
    const widgetFor = (site) => {
      if (site === win.location.origin) return null;
      for (const name in api.widgets) {
        const { sites } = api.widgets[name];
        if (sites?.live) for (let i = 0; i < sites.sites.length; i++) if (sites.sites[i] === site) return api.widgets[name];
      }
      return null;
    };
    const take = (widget, site) => {
      const held = slot(widget, site), { code } = held;
      if (!isFresh(held)) return null;
      held.code = null;
      held.asked = -LOOK_EVERY;
      return code;
    };
    const withCode = (address, code) => address + (address.indexOf("#") < 0 ? "#" : "&") + "rejoin-code=" + code;

    /* While somebody is at the page, a code is ready for every site that a link of the page leads to. */
    let looked = -LOOK_EVERY;
    const look = () => {
      const now = performance.now();
      if (now - looked < LOOK_EVERY) return;
      looked = now;
      const { links } = doc;
      for (let i = 0; i < links.length; i++) {
        const site = links[i].origin, widget = site && widgetFor(site);
        if (widget) want(widget, site);
      }
    };
    const linkOf = (event) => {
      const path = event.composedPath();
      for (let i = 0; i < path.length; i++) if (path[i].localName === "a" && path[i].href) return path[i];
      return null;
    };
    /* The last to hear of a press: whoever watches links has seen this one without its code. */
    const press = (event) => {
      const link = linkOf(event), site = link?.origin;
      if (!site || event.defaultPrevented || event.button > 1 || link.hasAttribute("download")) return;
      const widget = widgetFor(site), code = widget && take(widget, site);
      if (!code) return;
      const plain = link.getAttribute("href"), carrying = withCode(link.href, code);
      link.setAttribute("href", carrying);
      setTimeout(quietly(() => {
        if (link.getAttribute("href") === carrying) link.setAttribute("href", plain);
      }));
      want(widget, site);
    };

    /* For navigation by script: the address with a code where one helps, else as it was. */
    api.decorate = async (address) => {
      try {
        const to = new URL(address, doc.baseURI), widget = widgetFor(to.origin);
        if (!widget) return address;
        let code = take(widget, to.origin);
        if (!code) {
          const held = slot(widget, to.origin);
          await new Promise((resolve) => {
            held.waiting = resolve;
            setTimeout(resolve, CODE_WITHIN);
            want(widget, to.origin);
          });
          code = take(widget, to.origin);
        }
        return code ? withCode(to.href, code) : address;
      } catch { return address; }
    };

    /* Opens by itself, where nothing is kept: a conversation's panel is as the customer left it. A chat that fills its window is
       always open, and the window goes away with it where a script opened it. */
    const opens = ({ name, root, token, open }, { mode }) => {
      if (mode !== "page") return token() || open();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("div{display:none}dialog{inset:0;width:100%;height:100%;border-radius:0;box-shadow:none}");
      root.adoptedStyleSheets = [root.adoptedStyleSheets[0], sheet];
      open();
      listen("rejoin:state", ({ detail }) => { if (detail.widget === name && !detail.open) win.close(); });
    };

    /* What the page says about its customer: names and values in turn. Checked here, so that the page hears at once what the relay
       would not take. */
    const chars = (text) => [...text].length, bytes = (text) => new TextEncoder().encode(text).length;
    const written = (values) => {
      let text = "", count = 0, size = 0;
      for (const name in values) {
        let value = values[name];
        if (!Object.hasOwn(values, name) || value == null || value === "") continue;
        if (typeof value === "boolean" || Number.isFinite(value)) value += "";
        if (typeof value !== "string") throw new TypeError(`rejoin.context: ${name} is no text, number, true or false`);
        size += bytes(name + value);
        if (++count > 100 || !name || chars(name) > 100 || chars(value) > 4000 || size > 32768 || /\0/.test(name + value)) {
          throw new RangeError(`rejoin.context: ${name} is more than 100 values, 100 characters of a name, 4000 of a text, or 32 KiB in all`);
        }
        text += (text && "\0") + name + "\0" + value;
      }
      return text;
    };
    const tellContext = () => {
      for (const name in api.widgets) api.widgets[name].say("context", { context: api.said });
    };
    const context = (widget, { values, done, was }) => {
      widget.context = null;
      if (was) context(widget, was);
      done((async () => {
        api.said = written(values);
        tellContext();
      })());
    };

    const acts = {
      __proto__: null,
      context,
      opens,
      "sign-in": identify,
      redirect: (widget, { url }) => {
        const to = new URL(url);
        if (to.protocol === "https:" || to.protocol === "http:") win.location.assign(to.href);
      },
      /* A page that was looked over a moment ago had no live conversation then. */
      sites: () => {
        looked = -LOOK_EVERY;
        look();
      },
      handover: (widget, { site, code, expires_in_ms: span }) => {
        const held = slot(widget, site);
        held.code = code;
        held.until = performance.now() + span;
        held.waiting?.();
        held.waiting = null;
      },
    };
    api.hear = (widget, message) => {
      try { acts[message.type]?.(widget, message); } catch {}
      message.was = null;
    };
    const { addEventListener } = EventTarget.prototype;
    const listen = (kind, act, capture) => addEventListener.call(win, kind, quietly(act), capture);
    /* The chat begins, or begins again: after what it is told first. */
    listen("message", ({ data }) => { if (api.said != null && data?.type === "ready") tellContext(); });
    listen("click", press, false);
    listen("auxclick", press, false);
    for (const kind in { pointermove: 1, pointerdown: 1, keydown: 1, focusin: 1 }) listen(kind, look, true);
    /* What was asked for before this script was there. */
    for (const name in api.widgets) for (const type in acts) {
      const widget = api.widgets[name];
      if (widget[type]) api.hear(widget, widget[type]);
    }
  } catch {}
})();
