// A control: a chat relay as one would write it with socket.io, with connection state recovery as its documentation offers it for one
// process. Nothing of it is durable. Argument: the port.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  connectionStateRecovery: { maxDisconnectionDuration: 2 * 60 * 1000, skipMiddlewares: true },
});
io.on("connection", (socket) => {
  const { room } = socket.handshake.auth;
  if (!socket.recovered) socket.join(room);
  socket.on("say", (to, text, taken) => {
    io.to(to).emit("said", text);
    taken?.();
  });
});
http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 });
