/** Ends the process once stdout has taken everything: the reader of a pipe may be slower than we are. */
export const exit = (status: number): Promise<never> =>
  new Promise(() => process.stdout.write('', () => process.exit(status)));
