// The clients of the control: customers and their agents, with socket.io's own reconnecting and buffering, all at their defaults.
// Arguments: port, first customer, the customer after the last, customers of one agent. Commands come as lines of JSON on standard
// input; each is answered with one line.
import http from "node:http";
import readline from "node:readline";
import { io } from "socket.io-client";

const [port, first, end, each] = process.argv.slice(2).map(Number);
const STARTING_MAX = 64;
const QUIET_MS = 2_000;
const SETTLED_WITHIN_MS = 60_000;
const PADDING = "I looked that up: your parcel is on its way and should arrive tomorrow before noon.";

let cut = false;
class Network extends http.Agent {
  createConnection(options, done) {
    // Nobody listens on port 1: dialing fails at once, as without a network.
    return super.createConnection(cut ? { ...options, port: 1 } : options, done);
  }
}
const agent = new Network();

// Of the present round.
let said = [];
let taken = new Set();
let heard = new Map();
let heardAt = 0;

function client(room, number) {
  const localAddress = `127.0.0.${2 + (number % 8)}`;
  const options = { transports: ["websocket"], forceNew: true, perMessageDeflate: false, auth: { room }, agent, localAddress };
  const one = { room, socket: io(`http://127.0.0.1:${port}`, options), lostAt: 0, backAt: 0, recovered: false, tries: 0 };
  one.socket.on("connect", () => {
    if (one.lostAt && !one.backAt) {
      one.backAt = Date.now();
      one.recovered = one.socket.recovered;
    }
  });
  one.socket.on("disconnect", () => (one.lostAt ||= Date.now()));
  one.socket.io.on("reconnect_attempt", () => (one.tries += 1));
  one.socket.on("said", (text) => {
    heard.set(text, (heard.get(text) ?? 0) + 1);
    heardAt = Date.now();
  });
  return one;
}

const clients = new Map();
const roomOf = (number) => `customer ${number}`;
const agentOf = (number) => `agent ${Math.floor(number / each)}`;

function say(from, to, text) {
  said.push(text);
  clients.get(from).socket.emit("say", to, text, () => taken.add(text));
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition) {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (!condition() && Date.now() < deadline) await pause(20);
  return condition();
}

const commands = {
  async seat() {
    const rooms = [];
    for (let number = first; number < end; number += 1) {
      if (number % each === 0) rooms.push(agentOf(number));
      rooms.push(roomOf(number));
    }
    const unconnected = new Set();
    for (const [number, room] of rooms.entries()) {
      await until(() => unconnected.size < STARTING_MAX);
      const one = client(room, number);
      unconnected.add(room);
      one.socket.once("connect", () => unconnected.delete(room));
      clients.set(room, one);
    }
    await until(() => unconnected.size === 0);
    return { unconnected: unconnected.size };
  },

  round({ count, ms }) {
    said = [];
    taken = new Set();
    heard = new Map();
    for (const one of clients.values()) Object.assign(one, { lostAt: 0, backAt: 0, recovered: false, tries: 0 });
    for (let number = first; number < end; number += 1) {
      const [customer, theirAgent] = [roomOf(number), agentOf(number)];
      setTimeout(say, Math.random() * ms, customer, theirAgent, `from ${number}: ${count}. ${PADDING}`);
      setTimeout(say, Math.random() * ms, theirAgent, customer, `to ${number}: ${count}. ${PADDING}`);
    }
    return {};
  },

  cut() {
    cut = true;
    for (const one of clients.values()) one.socket.io.engine.transport.ws.terminate();
    return {};
  },

  mend() {
    cut = false;
    return {};
  },

  // Waits until all are there and nothing more is heard; whoever is lost has to come back first.
  async settle({ lost }) {
    const all = [...clients.values()];
    await until(() => said.length === 2 * (end - first) && all.every((one) => (one.backAt || !lost) && one.socket.connected));
    await until(() => Date.now() - heardAt > QUIET_MS);
    const unheard = said.filter((text) => !heard.has(text));
    return {
      back: all.filter((one) => one.backAt && one.room.startsWith("customer")).map((one) => one.backAt),
      recovered: all.filter((one) => one.recovered).length,
      tries: Math.max(...all.map((one) => one.tries)),
      heardAt,
      said: said.length,
      lost: unheard.length,
      lostThoughTaken: unheard.filter((text) => taken.has(text)).length,
      doubled: [...heard.values()].filter((times) => times > 1).length,
    };
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  console.log(JSON.stringify(await commands[command.do](command)));
}
process.exit(0);
