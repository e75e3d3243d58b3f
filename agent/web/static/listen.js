// Hearing a live call: frames from a web socket to an audio worklet. A lost connection is tried again.
(() => {
  const RATE_HZ = 8000;
  const AGAIN_MS = 1000;
  const button = document.getElementById("listen");
  const status = document.getElementById("listening");
  const muted = [false, false];
  let heard = null; // {context, node, socket} while listening

  function connect() {
    const url = new URL(button.dataset.url, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => heard?.node.port.postMessage(message.data, [message.data]);
    socket.onopen = () => (status.textContent = "Listening");
    socket.onclose = (close) => {
      if (!heard || heard.socket !== socket) return;
      if ([1000, 1008, 1011].includes(close.code)) stop(close.reason);
      else {
        status.textContent = "Connection lost; trying again";
        setTimeout(() => heard && (heard.socket = connect()), AGAIN_MS);
      }
    };
    return socket;
  }

  async function start() {
    const context = new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
    await context.audioWorklet.addModule(button.dataset.worklet);
    const node = new AudioWorkletNode(context, "legs", { outputChannelCount: [2] });
    node.port.onmessage = (message) => {
      // What of the delay arises here: frames that wait, and the way to the loudspeaker.
      const output_s = context.baseLatency + (context.outputLatency || 0);
      status.dataset.delayMs = Math.round(message.data.waitingMs + 1000 * output_s);
      status.dataset.levels = message.data.levels.join(" ");
    };
    node.port.postMessage({ muted });
    node.connect(context.destination);
    heard = { context, node, socket: null };
    heard.socket = connect();
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Stop listening";
    if (context.state === "suspended") status.textContent = "Press a key to hear it";
    await context.resume();
  }

  function stop(reason = "") {
    const { context, socket } = heard;
    heard = null;
    socket.close();
    context.close();
    button.setAttribute("aria-pressed", "false");
    button.textContent = "Listen";
    status.textContent = reason;
  }

  button.addEventListener("click", () => (heard ? stop() : start()));
  for (const mute of document.querySelectorAll("[data-mute]"))
    mute.addEventListener("click", () => {
      const leg = Number(mute.dataset.mute);
      muted[leg] = !muted[leg];
      mute.setAttribute("aria-pressed", String(muted[leg]));
      heard?.node.port.postMessage({ muted });
    });
  document.addEventListener("keydown", () => heard?.context.resume(), true);
  if (location.hash === "#listen") start();
})();
