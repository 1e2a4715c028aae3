export { type BundledStrategy, bundleStrategy } from './bundle-strategy.ts';
export { compileStrategy } from './compile-strategy.ts';
export { findStrategy, shippedStrategies } from './find-strategy.ts';
export { originalPlace, originalStack } from './original-stack.ts';
