import { createGunzip, type Gunzip } from 'node:zlib';

/**
 * Decompresses all members of a gzip file.
 * @param source Chunks are borrowed: each is done with when the next is asked for.
 */
export async function* decompressGzip(
  source: AsyncIterable<Uint8Array>,
  chunkSize: number,
): AsyncGenerator<Uint8Array, void> {
  const decompressor = createGunzip({ chunkSize });
  writeAll(source, decompressor).catch((error) => decompressor.destroy(error));
  try {
    yield* decompressor;
  } finally {
    decompressor.destroy();
  }
}

async function writeAll(source: AsyncIterable<Uint8Array>, decompressor: Gunzip): Promise<void> {
  for await (const bytes of source) {
    await new Promise<void>((resolve, reject) => {
      decompressor.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  decompressor.end();
}
