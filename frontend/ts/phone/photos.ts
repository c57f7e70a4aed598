// SPDX-License-Identifier: Apache-2.0
// A photo made small on the phone, and what it said of when and where it was taken before that was dropped.
export type Taken = { lng: string; lat: string; at: string; turn: number };

const MOST_BYTES = 300 * 1024;
const SIDE = 1600;
const HEAD = 128 * 1024;
const QUALITIES = [0.82, 0.7, 0.58, 0.45];
const TURNS: Record<number, number> = { 3: 180, 6: 90, 8: 270 };

type Entry = { type: number; count: number; at: number };

function entries(view: DataView, tiff: number, at: number, little: boolean): Map<number, Entry> {
  const found = new Map<number, Entry>();
  const count = view.getUint16(tiff + at, little);
  for (let n = 0; n < count; n++) {
    const place = tiff + at + 2 + n * 12;
    const type = view.getUint16(place + 2, little);
    const many = view.getUint32(place + 4, little);
    const size = many * ({ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 }[type] ?? 8);
    found.set(view.getUint16(place, little), {
      type,
      count: many,
      at: size <= 4 ? place + 8 : tiff + view.getUint32(place + 8, little),
    });
  }
  return found;
}

function text(view: DataView, entry: Entry | undefined): string {
  let said = "";
  for (let n = 0; entry && n < Math.min(entry.count, 64); n++) {
    const code = view.getUint8(entry.at + n);
    said += code ? String.fromCharCode(code) : "";
  }
  return said;
}

function degrees(view: DataView, entry: Entry | undefined, little: boolean): number {
  if (!entry || entry.count !== 3) {
    return NaN;
  }
  const part = (n: number) => view.getUint32(entry.at + n * 8, little) / view.getUint32(entry.at + n * 8 + 4, little);
  return part(0) + part(1) / 60 + part(2) / 3600;
}

function exif(view: DataView, tiff: number): Taken {
  const little = view.getUint16(tiff) === 0x4949;
  const first = entries(view, tiff, view.getUint32(tiff + 4, little), little);
  const within = (tag: number) => {
    const found = first.get(tag);
    return found ? entries(view, tiff, view.getUint32(found.at, little), little) : new Map<number, Entry>();
  };
  const turned = first.get(0x0112);
  const said = text(view, within(0x8769).get(0x9003)) || text(view, first.get(0x0132));
  const when = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d)/.exec(said);
  const gps = within(0x8825);
  const lat = degrees(view, gps.get(2), little) * (text(view, gps.get(1)) === "S" ? -1 : 1);
  const lng = degrees(view, gps.get(4), little) * (text(view, gps.get(3)) === "W" ? -1 : 1);
  const placed = Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && (lat !== 0 || lng !== 0);
  return {
    lng: placed ? String(Math.round(lng * 1e7)) : "",
    lat: placed ? String(Math.round(lat * 1e7)) : "",
    at: when ? `${when[1]}-${when[2]}-${when[3]}T${when[4]}:${when[5]}` : "",
    turn: turned ? view.getUint16(turned.at, little) : 1,
  };
}

// What a JPEG says of itself; nothing where it is no JPEG or is damaged.
export async function read(file: Blob): Promise<Taken> {
  const none = { lng: "", lat: "", at: "", turn: 1 };
  try {
    const view = new DataView(await new Response(file.slice(0, HEAD)).arrayBuffer());
    for (let at = 2; view.getUint16(0) === 0xffd8 && at + 10 < view.byteLength; ) {
      const marker = view.getUint16(at);
      if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) {
        return exif(view, at + 10);
      }
      if (marker < 0xffe0 || marker === 0xffda) {
        break;
      }
      at += 2 + view.getUint16(at + 2);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
  }
  return none;
}

function load(file: Blob): Promise<HTMLImageElement> {
  return new Promise((done, failed) => {
    const picture = new Image();
    const address = URL.createObjectURL(file);
    picture.onload = () => {
      URL.revokeObjectURL(address);
      done(picture);
    };
    picture.onerror = () => {
      URL.revokeObjectURL(address);
      failed(new Error("not a picture"));
    };
    picture.src = address;
  });
}

function draw(picture: HTMLImageElement, side: number, turn: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
  const width = Math.max(1, Math.round(picture.naturalWidth * scale));
  const height = Math.max(1, Math.round(picture.naturalHeight * scale));
  const across = turn === 90 || turn === 270;
  const canvas = document.createElement("canvas");
  canvas.width = across ? height : width;
  canvas.height = across ? width : height;
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((turn * Math.PI) / 180);
    pen.drawImage(picture, -width / 2, -height / 2, width, height);
  }
  return canvas;
}

// The picture alone, at most 300 KB. What this browser cannot draw is left as it is: the server can, or says what is wrong.
export async function shrink(file: Blob, turn: number): Promise<Blob> {
  let picture: HTMLImageElement;
  try {
    picture = await load(file);
  } catch {
    return file;
  }
  // Older browsers draw a photo as it lies in the file.
  const upright = CSS.supports("image-orientation", "from-image") ? 0 : (TURNS[turn] ?? 0);
  for (let side = SIDE; ; side = Math.round((side * 3) / 4)) {
    const canvas = draw(picture, side, upright);
    for (const quality of QUALITIES) {
      const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (made && (made.size <= MOST_BYTES || side < 200)) {
        return made;
      }
      if (!made) {
        return file;
      }
    }
  }
}
