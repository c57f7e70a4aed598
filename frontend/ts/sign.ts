// SPDX-License-Identifier: Apache-2.0
// A signature drawn with a finger, pen or mouse becomes a path of whole numbers in a box of 600 by 200; no speed, no pressure. Whoever
// draws none signs with their name and the code.
const NEAR = 4;
const MOST = 1000;

type Point = [number, number];

class Signature {
  private strokes: Point[][];
  private drawing = false;
  private readonly context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly field: HTMLInputElement,
    context: CanvasRenderingContext2D,
  ) {
    this.context = context;
    this.strokes = field.value.split("M").filter(Boolean).map((stroke) => stroke.split("L").map(read));
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => this.end());
    }
    this.draw();
  }

  clear(): void {
    this.strokes = [];
    this.changed();
  }

  private at(event: PointerEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    const { width, height } = this.canvas;
    return [
      whole(((event.clientX - box.left) * width) / box.width, width),
      whole(((event.clientY - box.top) * height) / box.height, height),
    ];
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0 || this.points() >= MOST) {
      return;
    }
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.strokes.push([this.at(event)]);
  }

  private go(event: PointerEvent): void {
    const stroke = this.strokes[this.strokes.length - 1];
    const last = stroke?.[stroke.length - 1];
    if (!this.drawing || !stroke || !last || this.points() >= MOST) {
      return;
    }
    const [x, y] = this.at(event);
    if (Math.hypot(x - last[0], y - last[1]) >= NEAR) {
      stroke.push([x, y]);
      this.changed();
    }
  }

  private end(): void {
    this.drawing = false;
    this.strokes = this.strokes.filter((stroke) => stroke.length > 1);
    this.changed();
  }

  private points(): number {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  private changed(): void {
    const whole = this.strokes.filter((stroke) => stroke.length > 1);
    this.field.value = whole.map((stroke) => `M${stroke.map((point) => point.join(" ")).join("L")}`).join("");
    this.draw();
  }

  private draw(): void {
    const { width, height } = this.canvas;
    this.context.clearRect(0, 0, width, height);
    this.context.lineWidth = 5;
    this.context.lineCap = "round";
    this.context.lineJoin = "round";
    for (const stroke of this.strokes) {
      this.context.beginPath();
      stroke.forEach(([x, y], n) => (n ? this.context.lineTo(x, y) : this.context.moveTo(x, y)));
      this.context.stroke();
    }
  }
}

function read(point: string): Point {
  const [x, y] = point.split(" ");
  return [Number(x), Number(y)];
}

function whole(value: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value)));
}

const place = document.querySelector<HTMLElement>("[data-draws]");
const canvas = place?.querySelector("canvas");
const context = canvas?.getContext("2d");
const field = document.querySelector<HTMLInputElement>("input[name=drawn]");
if (place && canvas && context && field) {
  const signature = new Signature(canvas, field, context);
  place.hidden = false;
  place.querySelector("[data-clear]")?.addEventListener("click", () => signature.clear());
}

export {};
