import { type KeepOptions, KeptPlace } from './kept-place.ts';
import { Step } from './step.ts';

/** A step that counts among the numbers of a name. */
export class KeptStep<In> extends Step<In> {
  readonly place: KeptPlace;
  private readonly step: Step<In>;

  constructor(step: Step<In>, place: KeptPlace) {
    super(0);
    this.step = step;
    this.place = place;
  }

  override next(_numbers: Float64Array, _at: number, input: In): boolean {
    return this.step.next(this.place.numbers, this.place.at, input);
  }
}

/**
 * The step itself, or where a name is given one that keeps its numbers under it.
 * @param shape what the numbers mean, as `ema(20)`
 */
export const keptStep = <In>(step: Step<In>, shape: string, { keep }: KeepOptions): Step<In> =>
  keep === undefined ? step : new KeptStep(step, new KeptPlace(keep, shape, step.length));
