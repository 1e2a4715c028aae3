export { bundleStrategy, type StrategyBundle } from './bundle-strategy.ts';
export { bundleFilename, type CompiledStrategy, compileStrategy } from './compile-strategy.ts';
export { findStrategy, shippedStrategies } from './find-strategy.ts';
export { originalStack } from './original-stack.ts';
