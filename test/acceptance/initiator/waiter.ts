/** Waits until something holds; whoever changes anything says `wake`. */
export class Waiter {
  #wake: (() => void)[] = [];

  wake(): void {
    for (const resolve of this.#wake.splice(0)) resolve();
  }

  async until(holds: () => boolean, withinMs: number, otherwise: string | (() => string)): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!holds()) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) {
        throw new Error(`${typeof otherwise === 'string' ? otherwise : otherwise()} within ${withinMs} ms`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
