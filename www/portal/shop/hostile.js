// What embedded scripts meet in the wild: prototypes that other scripts have changed, some of them badly. What test tools need
// themselves is left whole.
(() => {
  "use strict";
  // Everything that is looped over with for…in has these now, and every object seems to be a message of ours.
  Object.prototype.leftover = "from an old library";
  Object.prototype.type = "polluted";
  Object.prototype.rejoin = 1;
  Array.prototype.last = function last() { return this[this.length - 1]; };
  const broken = (owner, methods) => {
    for (let index = 0; index < methods.length; index++) {
      owner.prototype[methods[index]] = function broken() { throw new TypeError(methods[index] + " is broken here"); };
    }
  };
  broken(Array, ["at", "includes", "find", "flat", "flatMap", "entries"]);
  broken(String, ["replaceAll", "at", "matchAll", "padStart"]);
  broken(Element, ["append", "prepend", "replaceChildren", "insertAdjacentElement", "insertAdjacentHTML"]);
  broken(Document, ["append", "prepend"]);
  // A wrapper like those of monitoring scripts: it works, but hands on no more than it knows.
  const { apply } = Reflect, listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function wrapped(kind, act, options) {
    return apply(listen, this, [kind, act, options]);
  };
  // Another one, which is sure that all elements are made for the page.
  const create = Document.prototype.createElement;
  Document.prototype.createElement = function wrapped(name) {
    const element = apply(create, this, [name]);
    element.style.cssText = "display:none !important";
    return element;
  };
})();
