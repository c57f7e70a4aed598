// SPDX-License-Identifier: Apache-2.0
// Speaking instead of writing, two minutes at most. Where a browser cannot record, a recording can be chosen as a file.
const MOST = 120;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4"];
const BITS = 24_000;

// Only where what was recorded can be put into the form.
export function canRecord(): boolean {
  try {
    return Boolean(window.MediaRecorder && navigator.mediaDevices && new DataTransfer() && kind());
  } catch {
    return false;
  }
}

function kind(): string | undefined {
  return KINDS.find((each) => MediaRecorder.isTypeSupported(each));
}

export type Recording = { stop(): void; done: Promise<Blob> };

// Begins to record; `tell` hears every second how many are left.
export async function record(tell: (left: number) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: kind() ?? "", audioBitsPerSecond: BITS });
  const parts: Blob[] = [];
  let left = MOST;
  const clock = window.setInterval(() => {
    tell(--left);
    if (left <= 0) {
      recorder.stop();
    }
  }, 1000);
  const done = new Promise<Blob>((ready) => {
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      window.clearInterval(clock);
      stream.getTracks().forEach((track) => track.stop());
      ready(new Blob(parts, { type: recorder.mimeType }));
    };
  });
  recorder.start();
  tell(left);
  return { stop: () => recorder.state === "recording" && recorder.stop(), done };
}

export function attach(form: HTMLFormElement, sound: Blob, name: string): void {
  const carrier = new DataTransfer();
  carrier.items.add(new File([sound], name, { type: sound.type }));
  const input = document.createElement("input");
  input.type = "file";
  input.name = "files";
  input.hidden = true;
  input.files = carrier.files;
  form.append(input);
}
