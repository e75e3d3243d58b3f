// Plays frames of a call's two legs as they come: waits for a few, skips when too many have come.
const RATE_HZ = 8000;
const START_MS = 60; // of sound that has come before it is played: what a jittery network needs
const MOST_MS = 160; // more than this is late sound; it is skipped down to what a start needs
const REPORT_MS = 200;
const samples = (ms) => (ms * RATE_HZ) / 1000;

class Legs extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frames = [];
    this.at = 0; // samples of the first frame that were played
    this.waiting = 0; // samples that were not
    this.playing = false;
    this.muted = [false, false];
    this.peaks = [0, 0];
    this.since = 0;
    this.port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.take(new Int16Array(data));
      else this.muted = data.muted;
    };
  }

  take(frame) {
    this.frames.push(frame);
    this.waiting += frame.length / 2;
    if (this.waiting > samples(MOST_MS))
      while (this.waiting > samples(START_MS)) this.drop();
    if (this.waiting >= samples(START_MS)) this.playing = true;
  }

  drop() {
    this.waiting -= this.frames.shift().length / 2 - this.at;
    this.at = 0;
  }

  process(_, [output]) {
    const length = output[0].length;
    for (let i = 0; i < length && this.playing; i++) {
      const frame = this.frames[0];
      if (!frame) {
        this.playing = false;
        break;
      }
      for (let leg = 0; leg < 2; leg++) {
        const sample = this.muted[leg] ? 0 : frame[2 * this.at + leg] / 32768;
        if (output[leg]) output[leg][i] = sample;
        this.peaks[leg] = Math.max(this.peaks[leg], Math.abs(sample));
      }
      this.at++;
      this.waiting--;
      if (2 * this.at >= frame.length) {
        this.frames.shift();
        this.at = 0;
      }
    }
    this.since += length;
    if (this.since >= samples(REPORT_MS)) {
      this.port.postMessage({ waitingMs: (1000 * this.waiting) / RATE_HZ, levels: this.peaks });
      this.since = 0;
      this.peaks = [0, 0];
    }
    return true;
  }
}

registerProcessor("legs", Legs);
