// SPDX-License-Identifier: Apache-2.0
// One IndexedDB, opened once and made by `make` the first time.
export function database(name: string, make: (made: IDBDatabase) => void): () => Promise<IDBDatabase> {
  let opened: Promise<IDBDatabase> | null = null;
  return () => {
    opened =
      opened ??
      new Promise((done, failed) => {
        const asked = indexedDB.open(name, 1);
        asked.onupgradeneeded = () => make(asked.result);
        asked.onsuccess = () => {
          // Clearing the phone must not wait for a page that is still open elsewhere.
          asked.result.onversionchange = () => {
            asked.result.close();
            opened = null;
          };
          done(asked.result);
        };
        asked.onerror = () => failed(asked.error);
      });
    return opened;
  };
}
