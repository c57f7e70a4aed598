// SPDX-License-Identifier: Apache-2.0
// Blurring by hand what is nobody's to publish. Only the marks are sent, as text; the server makes the picture from its own
// original and shows it once more before anything is public.
const SIDE = 1200;
const SQUARES = 20;
const SHIFT = 10;

// In thousandths of the picture's width: x, y, radius of a circle, or x, y, width, height.
type Mark = number[];

class Veil {
  private readonly strokes: Mark[][];
  private readonly context: CanvasRenderingContext2D | null;
  private readonly blurred = document.createElement("canvas");
  private frame: Mark = [400, 200, 200, 120];
  private last: [number, number] | null = null;

  constructor(
    private readonly photo: HTMLImageElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly field: HTMLInputElement,
    private readonly tools: HTMLElement,
  ) {
    this.strokes = field.value.split("-").filter(Boolean).map((mark) => [mark.split(".").map(Number)]);
    this.context = canvas.getContext("2d");
    const scale = Math.min(1, SIDE / Math.max(photo.naturalWidth, photo.naturalHeight));
    canvas.width = Math.round(photo.naturalWidth * scale);
    canvas.height = Math.round(photo.naturalHeight * scale);
    this.soften();
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.paint(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => {
        this.last = null;
      });
    }
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.draw());
    canvas.addEventListener("blur", () => this.draw());
    tools.querySelector("[data-undo]")?.addEventListener("click", () => this.undo());
    this.draw();
  }

  // As the server does it: the mean of wide squares, drawn large again.
  private soften(): void {
    const { width, height } = this.canvas;
    const step = Math.max(1, Math.max(width, height) / SQUARES);
    const few = document.createElement("canvas");
    few.width = Math.max(1, Math.round(width / step));
    few.height = Math.max(1, Math.round(height / step));
    few.getContext("2d")?.drawImage(this.photo, 0, 0, few.width, few.height);
    this.blurred.width = width;
    this.blurred.height = height;
    this.blurred.getContext("2d")?.drawImage(few, 0, 0, width, height);
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    const unit = 1000 / box.width;
    return [this.whole((event.clientX - box.left) * unit), this.whole((event.clientY - box.top) * unit)];
  }

  private whole(value: number): number {
    return Math.max(0, Math.round(value));
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.strokes.push([[...this.last, this.radius()]]);
    this.changed();
  }

  private paint(event: PointerEvent): void {
    const [x, y] = this.at(event);
    if (!this.last || Math.hypot(x - this.last[0], y - this.last[1]) < this.radius() / 2) {
      return;
    }
    this.last = [x, y];
    this.strokes[this.strokes.length - 1]?.push([x, y, this.radius()]);
    this.changed();
  }

  private radius(): number {
    return Number(this.tools.querySelector<HTMLSelectElement>("[data-brush]")?.value ?? 40);
  }

  private key(event: KeyboardEvent): void {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const first = event.shiftKey ? 2 : 0;
      this.frame = this.frame.map((value, i) =>
        i === first || i === first + 1 ? Math.max(i < 2 ? 0 : SHIFT, value + (way[i - first] ?? 0) * SHIFT) : value,
      );
      this.draw();
    } else if (event.key === "Enter" || event.key === " ") {
      this.strokes.push([[...this.frame]]);
      this.changed();
    } else if (event.key === "Backspace") {
      this.undo();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private undo(): void {
    this.strokes.pop();
    this.changed();
  }

  private changed(): void {
    this.field.value = this.strokes.flat().map((mark) => mark.join(".")).join("-");
    const count = this.tools.querySelector<HTMLElement>("[data-count]");
    if (count) {
      count.textContent = `${count.dataset.words ?? ""} ${this.strokes.length}`;
    }
    this.draw();
  }

  private draw(): void {
    const { context, canvas } = this;
    if (!context) {
      return;
    }
    const unit = canvas.width / 1000;
    context.drawImage(this.photo, 0, 0, canvas.width, canvas.height);
    context.save();
    context.beginPath();
    for (const mark of this.strokes.flat()) {
      const [x = 0, y = 0, wide = 0, high] = mark.map((value) => value * unit);
      context.moveTo(high === undefined ? x + wide : x, y);
      if (high === undefined) {
        context.arc(x, y, wide, 0, 2 * Math.PI);
      } else {
        context.rect(x, y, wide, high);
      }
    }
    context.clip();
    context.drawImage(this.blurred, 0, 0);
    context.restore();
    if (document.activeElement === canvas) {
      const [x = 0, y = 0, wide = 0, high = 0] = this.frame.map((value) => value * unit);
      context.lineWidth = 4;
      context.strokeStyle = "#1b2327";
      context.strokeRect(x, y, wide, high);
      context.lineWidth = 2;
      context.strokeStyle = "#ffdd00";
      context.strokeRect(x, y, wide, high);
    }
  }
}

function open(box: HTMLElement): void {
  const tick = box.querySelector<HTMLInputElement>("input[type=checkbox]");
  const photo = box.querySelector("img");
  const canvas = box.querySelector("canvas");
  const field = box.querySelector<HTMLInputElement>("input[type=hidden]");
  const tools = box.querySelector<HTMLElement>("[data-tools]");
  if (!tick || !photo || !canvas || !field || !tools) {
    return;
  }
  // The brush is shown only once it can paint: a stroke made on a canvas that still waits for its photo would be lost.
  const show = (): void => {
    const painting = tick.checked && box.dataset.veil === "open";
    tools.hidden = !painting;
    photo.hidden = painting;
  };
  show();
  if (!tick.checked || box.dataset.veil) {
    return;
  }
  box.dataset.veil = "opening";
  photo.loading = "eager";
  photo.decode().then(() => {
    new Veil(photo, canvas, field, tools);
    box.dataset.veil = "open";
    show();
  }, () => {
    // A photo that cannot be shown cannot be looked at, so it is left out.
    tick.checked = false;
    box.dataset.veil = "";
  });
}

function openAll(): void {
  for (const box of Array.from(document.querySelectorAll<HTMLElement>("[data-veil]"))) {
    open(box);
  }
}

document.addEventListener("change", (event) => {
  const box = event.target instanceof HTMLInputElement ? event.target.closest<HTMLElement>("[data-veil]") : null;
  if (box) {
    open(box);
  }
});
document.addEventListener("htmx:afterSettle", openAll);
openAll();

export {};
