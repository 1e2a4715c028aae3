import { createZstdDecompress, type ZstdDecompress } from 'node:zlib';

/**
 * Decompresses all frames of a zstd file (pzstd and `cat a.zst b.zst` make several). Node's decompressor ends with
 * the frame that ends inside a write and drops what follows; here that goes to the next decompressor.
 * @param source Chunks are borrowed: each is done with when the next is asked for.
 */
export async function* decompressZstd(
  source: AsyncIterable<Uint8Array>,
  chunkSize: number,
): AsyncGenerator<Uint8Array, void> {
  const input = source[Symbol.asyncIterator]();
  let left: Uint8Array | undefined = new Uint8Array(0);
  while (left !== undefined) {
    const decompressor = createZstdDecompress({ chunkSize });
    const writing = writeFrames(input, left, decompressor);
    writing.catch((error) => decompressor.destroy(error));
    try {
      yield* decompressor;
      left = await writing;
    } finally {
      decompressor.destroy();
    }
  }
}

/** @returns what lies behind the frame that the decompressor ended with; undefined at the end of the input */
async function writeFrames(
  input: AsyncIterator<Uint8Array>,
  first: Uint8Array,
  decompressor: ZstdDecompress,
): Promise<Uint8Array | undefined> {
  for (let bytes = first; ; ) {
    if (bytes.length > 0) {
      const before = decompressor.bytesWritten;
      await write(decompressor, bytes);
      const taken = decompressor.bytesWritten - before;
      if (taken === 0)
        throw Object.assign(new Error('bytes that belong to no zstd frame'), { code: 'ZSTD_error_prefix_unknown' });
      if (taken < bytes.length) return bytes.subarray(taken);
    }
    const next = await input.next();
    if (next.done) {
      decompressor.end();
      return undefined;
    }
    bytes = next.value;
  }
}

function write(decompressor: ZstdDecompress, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    decompressor.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
