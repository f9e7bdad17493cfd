// News of the house, over a socket that stays open.
localStorage.setItem("pusherTransportTLS", JSON.stringify({ timestamp: Date.now(), transport: "ws" }));
const socket = new WebSocket("wss://ws-eu.pusher.com/app/f3rnh1ll?protocol=7&client=js&version=8.4.0");
socket.addEventListener("open", () => socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel: "journal" } })));
