import { Observable, type Subscriber } from 'rxjs';
import type { ViewOperator } from '../borrowed-stream.ts';
import { Chain } from './chain.ts';
import { KeptStep } from './kept-step.ts';
import { placeFor } from './numbers.ts';
import { Scalar } from './scalar.ts';
import { Step, sharedStep, wire } from './step.ts';
import { OperatorSubscriber, projecting } from './view-operator.ts';

/**
 * Sends what comes through the steps of a chain. One subscriber for all of them, and their numbers side by side: where
 * there are many pipelines, an event costs the cache lines that it has to fetch.
 */
class PipelineSubscriber<In> extends OperatorSubscriber<In, Scalar> {
  private readonly chain: Chain;
  private readonly numbers: Float64Array;
  private readonly at: number;
  private readonly scalar = new Scalar();

  constructor(destination: Subscriber<Scalar>, chain: Chain) {
    super(destination);
    this.chain = chain;
    const { numbers, at } = placeFor(chain.length);
    this.numbers = numbers;
    this.at = at;
  }

  protected override _next(input: In): void {
    const { numbers, at } = this;
    const { steps, offsets } = this.chain;
    for (let index = 0; index < steps.length; index += 1) {
      if (!(steps[index] as Step).next(numbers, at + (offsets[index] as number), input)) return;
    }
    this.scalar.setFrom(wire, 0);
    this.out.next(this.scalar);
  }
}

/** A stream of numbers that are made of `origin` by steps: a further step makes the chain longer, not the way. */
class Pipeline<In> extends Observable<Scalar> {
  readonly origin: Observable<In>;
  readonly chain: Chain;

  constructor(origin: Observable<In>, chain: Chain) {
    super((destination) => {
      for (const step of chain.steps) if (step instanceof KeptStep) step.place.takeFor(destination);
      origin.subscribe(new PipelineSubscriber(destination, chain));
    });
    this.origin = origin;
    this.chain = chain;
  }
}

/** An operator that reads a number out of a view, with one step: it begins a pipeline. */
export const reading = <View>(step: Step<View>): ViewOperator<View, Scalar> => {
  const chain = Chain.empty.with(step);
  return projecting((source) => new Pipeline(source, chain));
};

class ReadScalar extends Step<Scalar> {
  override next(_numbers: Float64Array, _at: number, scalar: Scalar): boolean {
    wire[0] = scalar.value;
    return true;
  }
}

const SCALARS = Chain.empty.with(sharedStep('value', () => new ReadScalar(0)));

/** An operator that makes a number of a number, with one step. */
export const counting = (step: Step): ViewOperator<Scalar, Scalar> =>
  projecting((source) =>
    source instanceof Pipeline
      ? new Pipeline(source.origin, source.chain.with(step))
      : new Pipeline(source, SCALARS.with(step)),
  );
