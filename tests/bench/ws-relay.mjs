// A control: the smallest relay one would write with Node's `ws`. Connections come in pairs; what one says, the other hears.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
let waiting = null;
server.on("connection", (socket) => {
  if (waiting) {
    socket.peer = waiting;
    waiting.peer = socket;
    waiting = null;
  } else {
    waiting = socket;
  }
  socket.on("message", (data, binary) => socket.peer?.send(data, { binary }));
  socket.on("error", () => {});
});
