// What embedded scripts meet in the wild: prototypes that other scripts have changed, some of them badly.
(() => {
  "use strict";
  Object.prototype.leftover = "from an old library";
  Object.prototype.type = "polluted";
  Object.prototype.rejoin = 1;
  for (const method of ["forEach", "map", "filter", "push", "includes", "indexOf", "join", "some"]) {
    Array.prototype[method] = function broken() { throw new TypeError("Array.prototype." + method + " is broken here"); };
  }
  String.prototype.trim = function broken() { return "trimmed"; };
  Element.prototype.append = Element.prototype.prepend = function broken() { throw new TypeError("append is broken here"); };
  JSON.stringify = () => "{}";
  // A wrapper like those of monitoring scripts: it works, but hands on no more than it knows.
  const { apply } = Reflect, listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function wrapped(kind, act, options) {
    return apply(listen, this, [kind, act, options]);
  };
  Array.prototype[Symbol.iterator] = function broken() { throw new TypeError("arrays can't be iterated here"); };
})();
