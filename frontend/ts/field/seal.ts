// SPDX-License-Identifier: Apache-2.0
// An act sealed to the server's public key, so that it can still arrive from a phone that was wiped: HPKE (RFC 9180), P-256.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Act, Phone } from "./model";
import { bytesOf, plain, type SealedAct, type Server } from "./store";
import { asSent } from "./door";

const INFO = new TextEncoder().encode("anlan field outbox").buffer as ArrayBuffer;

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

export async function twinOf(act: Act, me: Phone): Promise<SealedAct | undefined> {
  const server = await plain<Server>("server");
  if (!server) {
    return undefined;
  }
  const to = await suite.kem.importKey("raw", bytesOf(server.key).buffer, true);
  const told = {
    terminal: me.terminal,
    token: me.token,
    stamp: act.stamp,
    act: asSent(act),
    photos: act.photos.map(({ id, digest, size, type, iv, key, origin }) => ({ id, digest, size, type, iv, key, origin })),
  };
  const sender = await suite.createSenderContext({ recipientPublicKey: to, info: INFO });
  const data = await sender.seal(new TextEncoder().encode(JSON.stringify(told)).buffer as ArrayBuffer);
  const whole = new Uint8Array(sender.enc.byteLength + data.byteLength);
  whole.set(new Uint8Array(sender.enc), 0);
  whole.set(new Uint8Array(data), sender.enc.byteLength);
  return { id: act.id, key: server.id, data: whole.buffer, photos: act.photos.map((photo) => photo.id) };
}
